//! The interface between the harness and each browser that it can drive.

use std::path::{Path, PathBuf};
use std::time::Duration;

use fantoccini::wd::Capabilities;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::channel::failed;
use super::limits::Needs;
use super::profiles::{MAKE, OPEN_TAB, Profile};
use super::reasons::ConsoleListener;
use super::side_channels::SideChannels;
use super::{Authority, EngineError, OpenBrowser, Opening};
use crate::browsers::{Kind, with_browsers};
use crate::plan::PlannedRow;

/// What is particular to a browser. One file implements it for each browser of the registry,
/// `browsers.rs`. A [`Source`](super::Source) decides where browsers come from.
pub(super) trait Browser: Sync {
    /// The browser, its driver, and an X server if it has no headless mode, in this order.
    fn programs(&self) -> &'static [Program];

    /// What its start needs of the machine.
    fn needs(&self) -> &'static Needs;

    /// How long a start takes on an idle machine. Engines with slow starts start first.
    fn usual_start(&self) -> Duration;

    /// How its driver is started.
    fn driver(&self) -> &'static DriverCommand;

    /// Whether the browser gets a moved clock from its driver's environment. One that does not has a switch for it in
    /// its capabilities.
    fn inherits_clock(&self) -> bool {
        true
    }

    /// The value of the capability `browserName`. The slots of a grid have it too.
    fn capability_name(&self) -> &'static str;

    /// The capabilities of a session with a fresh profile. `profile` is a folder for it, where the
    /// harness starts the driver.
    fn capabilities(&self, opening: &Opening<'_>, profile: Option<&Path>) -> Capabilities;

    /// Makes a browser that was started here trust the lab's authority, if its capabilities cannot
    /// do that.
    fn trust<'a>(
        &'a self,
        browser: &'a OpenBrowser,
        authority: &'a Authority,
    ) -> BoxFuture<'a, Result<(), EngineError>> {
        let _ = (browser, authority);
        std::future::ready(Ok(())).boxed()
    }

    /// The way in which the browser's own reasons are read.
    fn listener<'a>(&'a self, channels: &'a SideChannels) -> BoxFuture<'a, ConsoleListener>;

    /// Sets the cookies of rows first-party, as visits to their origins would, in a profile of the
    /// browser or in its own. Returns for each row what went wrong, if anything.
    fn set_cookies<'a>(
        &'a self,
        browser: &'a OpenBrowser,
        profile: Option<&'a str>,
        rows: &'a [PlannedRow],
    ) -> BoxFuture<'a, Vec<Result<(), String>>>;

    /// Whether it may use the stored response to a request of script for another request.
    fn stores_responses(&self) -> bool {
        true
    }

    /// Whether an open browser can make fresh profiles.
    fn has_profiles(&self) -> bool {
        false
    }

    /// Makes a fresh profile with one open tab.
    fn make_profile<'a>(
        &'a self,
        channels: &'a SideChannels,
    ) -> BoxFuture<'a, Result<Profile, EngineError>> {
        let _ = channels;
        std::future::ready(Err(failed(MAKE, "this browser has none"))).boxed()
    }

    /// Opens a tab in a profile that [`Browser::make_profile`] has made, and returns its name in WebDriver.
    fn open_tab<'a>(
        &'a self,
        channels: &'a SideChannels,
        profile: &'a str,
    ) -> BoxFuture<'a, Result<String, EngineError>> {
        let _ = (channels, profile);
        std::future::ready(Err(failed(OPEN_TAB, "this browser has no profiles"))).boxed()
    }

    /// Removes the cookies of a profile of the browser or of its own. Does nothing in a browser that stores any number of
    /// cookies of a site.
    fn remove_cookies<'a>(
        &'a self,
        browser: &'a OpenBrowser,
        profile: Option<&'a str>,
    ) -> BoxFuture<'a, Result<(), EngineError>> {
        let _ = (browser, profile);
        std::future::ready(Ok(())).boxed()
    }

    /// Leaves the windows that the page before has opened, so that the next page is in front and alone. Does nothing in a
    /// browser for which a window that its page closes makes no difference.
    fn leave_windows<'a>(
        &'a self,
        browser: &'a OpenBrowser,
    ) -> BoxFuture<'a, Result<(), EngineError>> {
        let _ = browser;
        std::future::ready(Ok(())).boxed()
    }

    /// Removes the HTTP cache and the cookies of a profile of the browser or of its own.
    fn clear<'a>(
        &'a self,
        browser: &'a OpenBrowser,
        profile: Option<&'a str>,
    ) -> BoxFuture<'a, Result<(), EngineError>> {
        let _ = (browser, profile);
        std::future::ready(Err(failed("clear a profile", "this browser cannot"))).boxed()
    }

    /// Closes a profile that [`Browser::make_profile`] has made, with everything that is open in
    /// it.
    fn end_profile<'a>(
        &'a self,
        channels: &'a SideChannels,
        id: &'a str,
    ) -> BoxFuture<'a, Result<(), EngineError>> {
        let _ = (channels, id);
        std::future::ready(Ok(())).boxed()
    }
}

macro_rules! implementations {
    ($($kind:ident, $name:ident, $about:literal;)*) => {
        impl Kind {
            /// What is particular to this browser.
            pub(super) fn browser(self) -> &'static dyn Browser {
                match self {
                    $(Self::$kind => &super::$name::$kind,)*
                }
            }
        }
    };
}

with_browsers!(implementations);

impl Kind {
    /// How long a start takes on an idle machine.
    pub fn usual_start(self) -> Duration {
        self.browser().usual_start()
    }

    /// Whether it may use the stored response to a request of script for another request, as it is started.
    pub fn stores_responses(self) -> bool {
        self.browser().stores_responses()
    }
}

/// A program that a browser needs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Program {
    /// Its name for people.
    pub name: &'static str,
    /// The places where it may be; the first that exists is used. A name without a slash is looked
    /// up on the `PATH`.
    pub places: &'static [&'static str],
    /// Whether it prints its version with `--version`.
    pub tells_version: bool,
}

impl Program {
    /// A program that is looked up on the `PATH` under one of these names.
    pub(super) const fn on_path(places: &'static [&'static str]) -> Self {
        Self { name: places[0], places, tells_version: true }
    }

    /// The same program, which does not support `--version`.
    pub(super) const fn without_version(self) -> Self {
        Self { tells_version: false, ..self }
    }

    pub(super) fn find(&self) -> Option<PathBuf> {
        self.places.iter().find_map(|place| which::which(place).ok())
    }
}

/// How a driver is started.
#[derive(Debug)]
pub(super) struct DriverCommand {
    /// Arguments that make it listen on loopback, on a free port.
    pub arguments: &'static [&'static str],
    /// Environment variables that it and its browser get.
    pub variables: &'static [(&'static str, &'static str)],
    /// What precedes the port in the line that the driver prints when it listens. `None` if it prints nothing:
    /// then the kernel is asked.
    pub announces: Option<&'static str>,
    /// Whether it starts only browsers of its own major version.
    pub has_version_of_browser: bool,
}

impl DriverCommand {
    /// The port in a line of a driver's output.
    pub(super) fn announced_port(announcement: &str, line: &str) -> Option<u16> {
        let (_, tail) = line.split_once(announcement)?;
        tail.trim_end_matches('.').trim().parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_read_from_the_line_that_announces_success() {
        let lines = [
            ("ChromeDriver was started successfully on port 41234.", Some(41234)),
            ("Starting ChromeDriver 156.0 (abc) on port 0", None),
            ("Only local connections are allowed.", None),
            ("1795314281569\tgeckodriver\tINFO\tListening on 127.0.0.1:42007", Some(42007)),
            ("WebDriver BiDi listening on ws://127.0.0.1:37463", None),
        ];
        for (line, port) in lines {
            let announcements = Kind::ALL.map(|kind| kind.browser().driver().announces);
            let mut announcements = announcements.into_iter().flatten();
            let read = announcements.find_map(|words| DriverCommand::announced_port(words, line));
            assert_eq!(read, port, "{line}");
        }
    }
}
