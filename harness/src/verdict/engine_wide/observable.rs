//! The kinds of engine-wide departures.

use cors_servers::exchange::Exchange;

use crate::plan::Names;
use crate::secrets::Secrets;
use crate::verdict::Field;

/// What an engine does differently in a step.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Observable {
    /// Script can see a response header of this name, in lower case, that no server sent, if the response came
    /// over this protocol.
    ResponseHeader {
        /// The name.
        name: &'static str,
        /// The protocol, as ALPN names it.
        protocol: &'static str,
    },
    /// A document with an opaque origin sends `Referer`.
    ReferrerOfOpaqueOrigin,
    /// After a redirect the `Referer` of a preflight is that of the default policy.
    PreflightReferrerAfterRedirect,
    /// A page over https sends no `Referer` to http on a loopback host, nor after a redirect from there.
    NoReferrerToLoopback,
    /// After a redirect `Sec-Fetch-Site` of a preflight is computed from the preflight's URL only.
    PreflightSiteAfterRedirect,
    /// `Sec-Fetch-Site` is `cross-site` between ports of a loopback host over http: after a redirect, and for
    /// IPv6 addresses.
    LoopbackIsCrossSite,
    /// A page over http on a loopback host sends requests over http to other hosts. The model does so too.
    NoMixedContentOnLoopback,
}

/// What was taken out of a step.
#[derive(Default)]
pub(super) struct Taken {
    /// Whether the step shows the departure if the engine departs at all.
    pub(super) possible: bool,
    /// The fields in which it showed.
    pub(super) shown: Vec<Field>,
}

/// What was on the wire in a row.
#[derive(Clone, Copy, Debug)]
pub struct OnTheWire<'a> {
    /// The exchanges.
    pub exchanges: &'a [Exchange],
    /// The names that they are in.
    pub names: &'a Names,
    /// The values in them that come from the environment.
    pub environment: &'a Secrets,
}

impl Observable {
    /// The words for what is observed: ``response header `x-example` ``.
    pub fn words(self) -> String {
        let words = match self {
            Self::ResponseHeader { name, .. } => return format!("response header `{name}`"),
            Self::ReferrerOfOpaqueOrigin => "`Referer` of a document with an opaque origin",
            Self::PreflightReferrerAfterRedirect => "`Referer` of a preflight after a redirect",
            Self::NoReferrerToLoopback => "missing `Referer` from https to http on a loopback host",
            Self::PreflightSiteAfterRedirect => "`Sec-Fetch-Site` of a preflight after a redirect",
            Self::LoopbackIsCrossSite => "`Sec-Fetch-Site` between ports of a loopback host",
            Self::NoMixedContentOnLoopback => {
                "mixed content check of a page over http on a loopback host"
            }
        };
        words.to_owned()
    }
}
