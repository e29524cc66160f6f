//! Where browsers come from: this machine, or a driver that somebody else has started.

use std::net::{IpAddr, Ipv4Addr};

use super::{Display, EngineError, Installed, Kind};

/// Where the browsers of an engine come from.
#[derive(Clone, Debug)]
pub enum Source {
    /// They are started here, each with a driver of its own.
    Installed(Installed),
    /// A driver or grid that already runs opens them.
    Remote(Remote),
}

/// A driver or grid that already runs.
#[derive(Clone, Debug)]
pub struct Remote {
    /// The engine it is asked for.
    pub kind: Kind,
    /// Where it listens.
    pub url: String,
    /// Address of this machine that its browsers can reach; the servers of the rows are there.
    pub advertise: IpAddr,
}

impl Source {
    /// The engine.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Installed(installed) => installed.kind,
            Self::Remote(remote) => remote.kind,
        }
    }

    /// Whether a browser that is open can go on in a fresh profile.
    pub fn has_profiles(&self) -> bool {
        match self {
            Self::Installed(installed) => installed.kind != Kind::WebKit,
            // The second channel that it takes may not be within reach.
            Self::Remote(_) => false,
        }
    }

    /// Address of this machine that the browsers can reach.
    pub fn reach(&self) -> IpAddr {
        match self {
            Self::Installed(_) => Ipv4Addr::LOCALHOST.into(),
            Self::Remote(remote) => remote.advertise,
        }
    }

    /// The X server that all browsers of this engine are shown on, if they need one.
    pub async fn display(&self) -> Result<Option<Display>, EngineError> {
        match self {
            Self::Installed(Installed { display: Some(program), .. }) => {
                Display::start(program).await.map(Some)
            }
            _ => Ok(None),
        }
    }
}
