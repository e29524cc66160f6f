//! Reads the steps that open a page or go back to one, and knows which pages are open in which tab.

use std::sync::Arc;

use super::page::{OpenedPage, Pages};
use super::reader::{Reader, Spanned, ValueError};
use super::step::{PageChange, Tab};
use super::suggest::{self, brief};
use super::tree::Node;
use super::values;

/// The key of a page that the browser opens.
pub(super) const OPEN: &str = "open";

/// The key of `open` that opens the page in its own tab.
pub(super) const BESIDE: &str = "beside";

/// The key of a page that is open in another tab.
pub(super) const SWITCH: &str = "switch";

/// The tabs of a row, by the names of the pages in them.
pub(super) struct Tabs<'p> {
    pages: &'p Pages,
    names: Vec<String>,
    current: usize,
}

impl<'p> Tabs<'p> {
    /// One tab with the first page.
    pub(super) fn new(pages: &'p Pages) -> Self {
        Self { pages, names: pages.names.iter().take(1).cloned().collect(), current: 0 }
    }

    /// Reads a step `open`.
    pub(super) fn read_open(&mut self, reader: &mut Reader<'_>, node: &Node) -> Option<PageChange> {
        let beside = reader.choice(node, BESIDE, &values::BOOLEAN)?.unwrap_or(false);
        self.read(reader, node.get(OPEN), |tabs, name| tabs.open(name, beside))
    }

    /// Reads a step `switch`.
    pub(super) fn read_switch(
        &mut self,
        reader: &mut Reader<'_>,
        node: &Node,
    ) -> Option<PageChange> {
        self.read(reader, node.get(SWITCH), Self::switch)
    }

    fn read(
        &mut self,
        reader: &mut Reader<'_>,
        node: &Node,
        change: impl FnOnce(&mut Self, &str) -> Result<Tab, ValueError>,
    ) -> Option<PageChange> {
        let name = Spanned::of(node)?;
        let opened = reader.read(name, |text| Ok((text.to_owned(), self.named(text)?)));
        let (text, opened) = opened?;
        match change(self, &text) {
            Ok(tab) => opened.map(|opened| PageChange { opened, tab }),
            Err(wrong) => {
                reader.complain(name.at, wrong);
                None
            }
        }
    }

    /// The page with this name; `None` for one that was reported.
    fn named(&self, name: &str) -> Result<Option<Arc<OpenedPage>>, ValueError> {
        let Pages { all, names } = self.pages;
        let named = all.iter().find(|opened| opened.name == name);
        if named.is_some() || names.iter().any(|known| known == name) {
            return Ok(named.cloned());
        }
        let what = format!("this case has no page `{}`", brief(name));
        let help = match names.as_slice() {
            [] => "write `pages:` instead of `page:`, with a name for each page".to_owned(),
            names => suggest::help(name, "the pages are", names.iter().map(String::as_str)),
        };
        Err(ValueError::new(what, help))
    }

    fn open(&mut self, name: &str, beside: bool) -> Result<Tab, ValueError> {
        let tab = self.names.iter().position(|open| open == name);
        if tab.is_some_and(|tab| beside || tab != self.current) {
            let what = format!("`{}` is open already", brief(name));
            let help = "write `switch:` to go back to it, or give the same page a second name under `pages`";
            return Err(ValueError::new(what, help));
        }
        if beside {
            self.current = self.names.len();
            self.names.push(name.to_owned());
            return Ok(Tab::New);
        }
        if let Some(current) = self.names.get_mut(self.current) {
            name.clone_into(current);
        }
        Ok(Tab::Current)
    }

    fn switch(&mut self, name: &str) -> Result<Tab, ValueError> {
        match self.names.iter().position(|open| open == name) {
            Some(tab) if tab != self.current => {
                self.current = tab;
                Ok(Tab::Earlier(tab))
            }
            Some(_) => {
                let what = format!("the steps run in `{}` already", brief(name));
                Err(ValueError::new(what, "remove this step, or name a page of another tab"))
            }
            None => {
                let what = format!("`{}` is not open in another tab", brief(name));
                let help = "open it with `beside: true`, so that both pages stay open";
                Err(ValueError::new(what, help))
            }
        }
    }
}
