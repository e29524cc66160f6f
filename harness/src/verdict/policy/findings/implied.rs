//! Which of several strangers that were let in says why: a server that lets everybody in lets in
//! look-alikes too, and need not be told of each.

use crate::case::{Asked, Standing};

/// Who was let in against the policy.
pub(super) struct LetIn<'a>(pub(super) Vec<&'a Asked>);

impl LetIn<'_> {
    /// Whether what let a row in is said of another one already.
    pub(super) fn implies(&self, asked: &Asked) -> bool {
        let anybody = self.has(asked, |other| other.standing == Standing::Foreign);
        let begins_alike = || {
            self.has(asked, |other| other.standing == Standing::Prefix && other.like == asked.like)
        };
        let ends_alike =
            || self.has(asked, |other| other.standing == Standing::Suffix && !other.same_site);
        let of_the_site = || self.has(asked, |other| other.standing == Standing::Subdomain);
        let ends_like_host = || {
            self.has(asked, |other| other.standing == Standing::Suffix && other.like == asked.like)
        };
        let on_any_port = || {
            self.has(asked, |other| other.standing == Standing::Port && other.like == asked.like)
        };
        match asked.standing {
            Standing::Foreign => false,
            Standing::Port | Standing::TrailingDot => anybody || begins_alike(),
            Standing::Joined => anybody || begins_alike() || ends_alike(),
            Standing::Label => anybody || ends_alike() || of_the_site(),
            Standing::Dot | Standing::Subdomain => anybody || ends_alike(),
            Standing::Below => anybody || ends_alike() || of_the_site() || ends_like_host(),
            // The same host without its port.
            Standing::Part if asked.same_site => anybody || begins_alike() || on_any_port(),
            Standing::Suffix if asked.same_site => anybody || ends_alike() || of_the_site(),
            _ => anybody,
        }
    }

    /// Whether both what begins and what ends like the same listed origin was let in, each for no other
    /// reason.
    pub(super) fn has_both_ends(&self, asked: &Asked) -> bool {
        let has = |standing| {
            self.has(asked, |other| {
                other.standing == standing && other.like == asked.like && !self.implies(other)
            })
        };
        has(Standing::Prefix) && has(Standing::Suffix)
    }

    /// Whether somebody else of this kind was let in with the same request.
    fn has(&self, asked: &Asked, kind: impl Fn(&Asked) -> bool) -> bool {
        self.0.iter().any(|other| {
            kind(other) && other.login == asked.login && other.request() == asked.request()
        })
    }
}
