//! The pages of a row, which can be open one after another in one tab, and side by side in several tabs of one profile.

use fantoccini::error::CmdError;
use fantoccini::wd::WindowHandle;

use super::webdriver::failed;
use super::{EngineError, OpenBrowser};
use crate::case::Tab;
use crate::contexts::RunsIn;
use crate::plan::NextPage;

impl OpenBrowser {
    /// Opens another page of a row, or goes back to one that is open, to where its steps run, and listens to it.
    pub(super) async fn change_page(&self, page: &NextPage) -> Result<(), EngineError> {
        match page.tab {
            Tab::Current => self.open_next(page).await?,
            Tab::New => {
                let tab = self.new_tab().await?;
                self.keep_tab(tab.clone()).await?;
                self.go_to_tab(tab).await?;
                self.open_next(page).await?;
            }
            Tab::Earlier(number) => self.go_back(page, number).await?,
        }
        self.listen().await;
        Ok(())
    }

    /// Opens a tab in the profile in which pages are opened.
    async fn new_tab(&self) -> Result<WindowHandle, EngineError> {
        const OPEN: &str = "open a tab";
        let opened = match self.profile_id().await {
            Some(profile) => self.kind.browser().open_tab(&self.channels, &profile).await?,
            None => {
                let opened = self.client.new_window(true).await;
                return opened.map(|opened| opened.handle).map_err(|error| failed(OPEN, error));
            }
        };
        WindowHandle::try_from(opened).map_err(|error| failed(OPEN, error))
    }

    /// Remembers a tab beside the current one, until [`OpenBrowser::close_tabs`].
    async fn keep_tab(&self, tab: WindowHandle) -> Result<(), EngineError> {
        let mut tabs = self.tabs.lock().await;
        if tabs.is_empty() {
            let current = self.client.window().await;
            tabs.push(current.map_err(|error| failed("find the current tab", error))?);
        }
        tabs.push(tab);
        Ok(())
    }

    async fn go_back(&self, page: &NextPage, number: usize) -> Result<(), EngineError> {
        let tab = self.tabs.lock().await.get(number).cloned();
        let tab = tab.ok_or_else(|| failed("switch to a tab", "the row has not opened it"))?;
        self.go_to_tab(tab).await?;
        self.kind.browser().leave_windows(self).await?;
        match page.runs_in {
            RunsIn::Frame => {
                self.client.enter_frame(0).await.map_err(|error| failed("enter a frame", error))
            }
            RunsIn::TopLevel | RunsIn::Worker => Ok(()),
        }
    }

    async fn go_to_tab(&self, tab: WindowHandle) -> Result<(), EngineError> {
        let switched = self.client.switch_to_window(tab).await;
        switched.map_err(|error| failed("switch to a tab", error))
    }

    /// Goes back to the first tab of the row that was played, and closes the others.
    pub(super) async fn close_tabs(&self) -> Result<(), EngineError> {
        let tabs = std::mem::take(&mut *self.tabs.lock().await);
        match tabs.into_iter().next() {
            Some(first) => {
                self.go_to_tab(first).await?;
                self.close_windows().await
            }
            None => Ok(()),
        }
    }

    /// Closes the windows that a page has opened: all but the first one and the current one. Keeps them while a row has several
    /// tabs, because they can belong to a page that is still open.
    pub(super) async fn close_opened_windows(&self) -> Result<(), EngineError> {
        match self.tabs.lock().await.is_empty() {
            true => self.close_windows().await,
            false => Ok(()),
        }
    }

    async fn close_windows(&self) -> Result<(), EngineError> {
        self.close_all_but_two().await.map_err(|error| failed("close a window", error))
    }

    async fn close_one(&self, window: &WindowHandle) -> Result<(), CmdError> {
        self.client.switch_to_window(window.clone()).await?;
        self.client.close_window().await
    }

    async fn close_all_but_two(&self) -> Result<(), CmdError> {
        let (all, current) = (self.client.windows().await?, self.client.window().await?);
        let is_opened = |window: &WindowHandle| *window != self.first && *window != current;
        let opened: Vec<_> = all.into_iter().filter(is_opened).collect();
        for window in &opened {
            match self.close_one(window).await {
                // The page that opened it has closed it meanwhile.
                Err(error) if error.is_no_such_window() => {}
                closed => closed?,
            }
        }
        match opened.is_empty() {
            true => Ok(()),
            false => self.client.switch_to_window(current).await,
        }
    }
}
