//! Requests that a server did not answer or whose answer has no end: calls that script aborted meanwhile, servers that stop
//! as their script says, and exchanges that are no evidence.

use cors_servers::exchange::{Exchange, ReplySource};
use cors_servers::script::Stop;

use super::recorded::is_preflight;
use super::seen::CallSeen;
use super::{Answer, Read, StepObservation};
use crate::case::{AbortBy, AbortMoment, Step};

/// The read of a call that script aborts, by the error that script got.
pub(super) fn aborted(call: &Step, seen: &CallSeen) -> Option<Read> {
    call.abort.as_ref()?;
    match seen {
        CallSeen::Threw { name, .. } if name == "AbortError" => Some(Read::Aborted),
        CallSeen::Threw { name, .. } if name == "TimeoutError" => Some(Read::TimedOut),
        _ => None,
    }
}

/// Whether the server had the request and had not answered it when script aborted the call.
pub(super) fn was_aborted(call: &Step, exchanges: &[&Exchange]) -> Result<(), String> {
    let during = call.abort.as_ref().is_some_and(|abort| abort.at != AbortMoment::Before);
    let answered = match exchanges.split_last() {
        Some((last, before)) if during && last.reply.is_none() => before,
        _ if during => {
            return Err(
                "the server answered before script aborted the call: add `hangs: before-headers` \
                        to its reply"
                    .to_owned(),
            );
        }
        _ => exchanges,
    };
    answered.iter().find_map(|exchange| unplayed(exchange)).map_or(Ok(()), Err)
}

/// The read of a call whose document is gone. Script cannot tell it: the log shows whether a request followed.
pub(super) fn left(call: &Step, exchanges: &[&Exchange]) -> Result<Read, String> {
    if exchanges.is_empty() {
        return Err(
            "no request of this step reached a server before its document was gone".to_owned()
        );
    }
    let at_request = call.abort.as_ref().is_some_and(|abort| abort.at == AbortMoment::Request);
    let requests = exchanges.iter().filter(|exchange| !is_preflight(exchange)).count();
    if requests <= usize::from(at_request) {
        return Ok(Read::Aborted);
    }
    exchanges.iter().find_map(|exchange| unplayed(exchange)).map_or(Ok(Read::Opaque), Err)
}

/// Takes out the answer that a server gave after the document of a call without `keepalive` was gone: a browser that ends the
/// call closes the connection before it or after it.
pub(super) fn without_late_answer(call: &Step, mut step: StepObservation) -> StepObservation {
    let leaves = call.abort.as_ref().filter(|abort| abort.by == AbortBy::Leave && !call.keepalive);
    let late = match leaves.map(|abort| abort.at).filter(|_| step.read == Some(Read::Aborted)) {
        Some(AbortMoment::Preflight) => step.preflights.last_mut().map(|one| &mut one.answer),
        Some(AbortMoment::Request) => step.requests.last_mut().map(|one| &mut one.answer),
        Some(AbortMoment::Before) | None => None,
    };
    if let Some(answer) = late {
        *answer = Answer::none();
    }
    step
}

/// Whether the script of a server ends one of these answers by closing the connection.
pub(super) fn is_closed(exchanges: &[&Exchange]) -> bool {
    exchanges.iter().any(|exchange| matches!(exchange.stop, Some(Stop::Closes(_))))
}

/// Whether the script of a server never ends its answer to the last of these requests.
pub(super) fn hangs(exchanges: &[&Exchange]) -> bool {
    exchanges.last().is_some_and(|exchange| matches!(exchange.stop, Some(Stop::Hangs(_))))
}

/// Why an exchange does not count as evidence.
pub(super) fn unplayed(exchange: &Exchange) -> Option<String> {
    let asked = || format!("{} {}", exchange.request.method, exchange.request.url());
    match &exchange.reply {
        None if exchange.stop.is_some() => None,
        None => Some(format!("{} was not answered", asked())),
        Some(_) if is_preflight(exchange) => None,
        Some(reply) if reply.source == ReplySource::Misdirected => {
            Some(format!("{} arrived at the wrong server", asked()))
        }
        Some(_) => None,
    }
}
