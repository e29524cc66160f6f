//! What a policy grants to all listed origins together.

use cors_model::{is_cors_safelisted_method, is_cors_safelisted_response_header_name};
use indexmap::{IndexMap, IndexSet};

use crate::case::{Asked, Case, OriginKind, Row};

/// What a policy grants.
#[derive(Debug)]
pub(super) struct Grant {
    /// The origins; empty if every origin is allowed.
    pub(super) origins: Vec<String>,
    pub(super) methods: Vec<String>,
    pub(super) headers: Vec<String>,
    pub(super) exposes: Vec<String>,
    pub(super) credentials: bool,
    /// Whether some origin may do less than all origins together.
    pub(super) is_union: bool,
}

/// Names of headers that need no preflight, whatever is in them.
const SAFELISTED: [&str; 3] = ["accept", "accept-language", "content-language"];

impl Grant {
    /// What a policy grants; `None` if it grants nothing to a page of another origin.
    pub(super) fn of(case: &Case) -> Option<Self> {
        let rows = case.rows.iter().filter_map(|row| Some((row, row.asked.as_ref()?)));
        let allowed = rows.filter(|(_, asked)| asked.allowed && asked.kind != OriginKind::Own);
        let allowed: Vec<(&Row, &Asked)> = allowed.collect();
        let of_kind = |kind| allowed.iter().filter(move |(_, asked)| asked.kind == kind);
        let is_for_everyone = of_kind(OriginKind::Foreign).next().is_some();
        let is_listed = of_kind(OriginKind::Listed).next().is_some();
        let counted: Vec<_> = match is_listed {
            true => of_kind(OriginKind::Listed).copied().collect(),
            false => allowed.clone(),
        };
        let credentials = counted.iter().any(|(_, asked)| asked.login);
        let origins = counted.iter().map(|(_, asked)| asked.page.clone());
        let origins = if is_listed { distinct(origins) } else { Vec::new() };
        let mut by_page = IndexMap::<&str, IndexSet<(String, bool)>>::new();
        for (_, asked) in &counted {
            by_page.entry(&asked.page).or_default().insert((asked.request(), asked.login));
        }
        let differs = by_page.values().any(|requests| Some(requests) != by_page.values().next());
        let exposes = counted.iter().flat_map(|(_, asked)| asked.exposes.iter().cloned());
        let is_shown = |name: &String| is_cors_safelisted_response_header_name(name, &[]);
        (!counted.is_empty()).then(|| Self {
            methods: distinct(counted.iter().map(|(_, asked)| asked.method.clone())),
            headers: distinct(counted.iter().flat_map(|(row, _)| headers(row))),
            exposes: distinct(exposes.filter(|name| !is_shown(name))),
            is_union: is_listed && (differs || is_for_everyone),
            origins,
            credentials,
        })
    }

    /// Whether a preflight can be needed.
    pub(super) fn is_preflighted(&self) -> bool {
        !self.headers.is_empty()
            || self.methods.iter().any(|method| !is_cors_safelisted_method(method))
    }
}

/// Names of the headers of a row's requests that can need a preflight.
fn headers(row: &Row) -> impl Iterator<Item = String> {
    let names = row.all_steps().flat_map(|step| &step.headers).map(|(name, _)| name);
    let is_simple = |name: &str| SAFELISTED.iter().any(|known| known.eq_ignore_ascii_case(name));
    names.filter(move |name| !is_simple(name)).cloned()
}

/// Each name once; those that differ only in case are the same.
fn distinct(all: impl Iterator<Item = String>) -> Vec<String> {
    let mut names = IndexMap::<String, String>::new();
    all.for_each(|name| {
        names.entry(name.to_ascii_lowercase()).or_insert(name);
    });
    names.into_values().collect()
}
