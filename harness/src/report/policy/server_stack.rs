//! The software of a policy's server: the one that the user named, or the one that its responses show.

use super::played;
use crate::case::{Case, Row, Stack, UpstreamServer};
use crate::repair::{Repairs, StackLines, recognised, stack_lines};
use crate::results::RowOutcome;

/// The repairs of a policy's findings.
pub(in crate::report) fn repairs<'a>(case: &'a Case, rows: &'a [RowOutcome]) -> Repairs<'a> {
    Repairs::new(case, played(case, rows), lines(case, rows))
}

fn lines(case: &Case, rows: &[RowOutcome]) -> Option<StackLines> {
    let (stack, because) = software(case, rows)?;
    let lines = stack_lines(case, stack)?;
    Some(StackLines { stack, because, lines })
}

fn software(case: &Case, rows: &[RowOutcome]) -> Option<(Stack, String)> {
    if let Some(stack) = case.policy.as_ref()?.stack {
        return Some((stack, "`--stack` names it".to_owned()));
    }
    let upstreams = || case.rows.iter().flat_map(Row::upstreams);
    if upstreams().any(|own| matches!(own.server, UpstreamServer::InProcess(_))) {
        return Some((Stack::TowerHttp, "the server is a router in this process".to_owned()));
    }
    upstreams().next()?;
    let replies = rows.iter().flat_map(|row| &row.exchanges).filter_map(|one| one.reply.as_ref());
    let lines = replies.flat_map(|reply| &reply.headers);
    let text =
        lines.filter_map(|(name, value)| Some((name.as_str(), std::str::from_utf8(value).ok()?)));
    recognised(text).map(|(stack, line)| (stack, format!("the server sends `{line}`")))
}
