//! Where browsers come from: this machine, or a driver or grid that already runs.

use std::fmt::Debug;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::{Build, Display, EngineError, Kind, Opening, Session};

/// Opens browsers of one engine. [`Installed`](super::Installed) and [`Remote`](super::Remote)
/// implement it.
pub trait Source: Debug + Send + Sync {
    /// The engine.
    fn kind(&self) -> Kind;

    /// Opens a browser with a fresh profile. `display` is for a browser without headless mode.
    fn open<'a>(
        &'a self,
        opening: &'a Opening<'a>,
        display: Option<&'a Display>,
    ) -> BoxFuture<'a, Result<Session, EngineError>>;

    /// Whether the harness starts the drivers and browsers itself. It counts the browsers of this machine only,
    /// and may open one before it is needed.
    fn is_local(&self) -> bool;

    /// Whether its browsers can be opened with a clock that can be moved; or why not.
    fn moves_clock(&self) -> Result<(), String>;

    /// Whether an open browser can usually continue in a fresh profile; [`OpenBrowser::can_renew`](super::OpenBrowser::can_renew) says whether it can.
    fn has_profiles(&self) -> bool;

    /// How many sessions may be open at the same time. `None`: as many as the machine can run.
    fn most_sessions(&self) -> Option<usize> {
        None
    }

    /// Address of this machine that the browsers can reach.
    fn reach(&self) -> IpAddr {
        Ipv4Addr::LOCALHOST.into()
    }

    /// The browser's binary, if the driver does not choose it.
    fn binary(&self) -> Option<&Path> {
        None
    }

    /// Which build it is; `None` if that is not known.
    fn build(&self) -> BoxFuture<'_, Option<Build>> {
        std::future::ready(None).boxed()
    }

    /// The X server for all browsers of this source, if they need one.
    fn display(&self) -> BoxFuture<'_, Result<Option<Display>, EngineError>> {
        std::future::ready(Ok(None)).boxed()
    }
}
