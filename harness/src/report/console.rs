//! What `run` prints for a case: its rows in columns, and the result.

use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use super::commands::Commands;
use super::failure::failure;
use super::notes::{no_browser, write_notes};
use super::permitted_and_timed::{set_aside, write_set_aside};
use super::played_row::{repeated, repeated_rows};
use super::policy::{kept, write_findings};
use super::style::counted;
use super::table::lines;
use super::wrapping::folded_table;
use crate::case::{Case, Policy};
use crate::results::{Engine, Judged, Judgement, Times};

/// One case on one engine; `commands` says how it is played again.
pub fn console(case: &Case, judged: &Judged, (commands, width): (&dyn Commands, usize)) -> String {
    let mut text = String::new();
    let standing = standing(&judged.judgement);
    let _ = writeln!(text, "{standing} [{}] {}", judged.engine.as_str(), case.id);
    let _ = writeln!(text, "  {}", case.name.trim());
    if let Some(words) = no_browser(judged.engine, case) {
        let _ = writeln!(text, "  {words}");
    }
    match &case.policy {
        Some(policy) => write_policy(&mut text, case, policy, judged),
        None => write_rows(&mut text, case, judged, width),
    }
    write_set_aside(&mut text, case, judged);
    write_notes(&mut text, case, &judged.rows);
    match (failure(case, judged, commands), repeated(case, judged)) {
        (Some(failure), _) => text += &format!("\n{failure}\n"),
        (None, Some(repeated)) => text += &repeated,
        (None, None) => {}
    }
    text
}

fn write_rows(text: &mut String, case: &Case, judged: &Judged, width: usize) {
    *text += &folded_table(&lines(case, judged.engine, &judged.rows), width, 4);
}

/// A policy has more rows than a terminal should show; the failure says more about changed rows.
fn write_policy(text: &mut String, case: &Case, policy: &Policy, judged: &Judged) {
    if matches!(judged.judgement, Judgement::Match | Judgement::Differs { .. }) {
        let _ = writeln!(text, "  {}", kept(policy, case, &judged.rows));
        write_findings(text, case, &judged.rows, false);
    }
}

fn standing(judgement: &Judgement) -> &'static str {
    match judgement {
        Judgement::Match => "as recorded ",
        Judgement::New => "new         ",
        Judgement::Differs { .. } => "DIFFERS     ",
        Judgement::Unreadable(_) => "UNREADABLE  ",
        Judgement::Departs => "DEPARTS     ",
        Judgement::Inconclusive => "INCONCLUSIVE",
        Judgement::NotRun(_) => "NOT RUN     ",
    }
}

/// The last lines of a run: counts of results, and the speed.
pub fn summary(played: &[(Arc<Case>, Judged)], took: Duration) -> String {
    let mut counts = [0_usize; 7];
    let mut rows = 0;
    for (case, judged) in played {
        let ran = !matches!(judged.judgement, Judgement::NotRun(_));
        rows += if ran { case.rows.len() } else { 0 };
        counts[match judged.judgement {
            Judgement::Match => 0,
            Judgement::New => 1,
            Judgement::Differs { .. } => 2,
            Judgement::Departs => 3,
            Judgement::Inconclusive => 4,
            Judgement::Unreadable(_) => 5,
            Judgement::NotRun(_) => 6,
        }] += 1;
    }
    let names = ["as recorded", "new", "differ", "depart", "inconclusive", "unreadable", "not run"];
    let parts = names.iter().zip(counts).filter(|(_, count)| *count > 0);
    let singular = |name: &str, count: usize| count == 1 && ["differ", "depart"].contains(&name);
    let parts = parts.map(|(name, count)| {
        format!("{count} {name}{}", if singular(name, count) { "s" } else { "" })
    });
    let parts: Vec<_> = parts.collect();
    let seconds = took.as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a number of rows is far below 2^52")]
    let speed = rows as f64 / seconds.max(f64::EPSILON);
    let rows = counted(rows, "row");
    let twice = repeated_rows(played.iter().map(|(_, judged)| judged));
    let twice = twice.map(|twice| format!("; {twice}")).unwrap_or_default();
    let set_aside = set_aside(played.iter().map(|(_, judged)| judged));
    format!(
        "{}; {rows} in {seconds:.1} s, {speed:.1} rows a second{set_aside}{twice}",
        parts.join(", ")
    )
}

/// Where the time of pages went, a line for each engine that opened some: the mean of each step in milliseconds,
/// and the processor time of its drivers and browsers.
pub fn page_times(times: &[(Engine, Times)]) -> String {
    let of_an_engine = |(engine, times): &(Engine, Times)| {
        let count = u32::try_from(times.pages).ok().filter(|pages| *pages > 0)?;
        let mean = |took: Duration| format!("{:.1} ms", (took / count).as_secs_f64() * 1000.0);
        let steps = times.steps().map(|(step, took)| format!("{} {}", step.as_str(), mean(took)));
        let steps = steps.collect::<Vec<_>>().join(", ");
        let (engine, used) = (engine.as_str(), times.browsers.as_secs_f64());
        Some(format!(
            "{engine} {count} pages, each: {steps}; browsers used {used:.2} s of processor time"
        ))
    };
    times.iter().filter_map(of_an_engine).collect::<Vec<_>>().join("\n")
}

/// Where the time went, with a line for each engine, without parts that would be shown as zero.
pub fn times(times: &[(Engine, Times)]) -> String {
    let engine = |(engine, times): &(Engine, Times)| {
        let shown = times.parts().filter(|(_, took)| took.as_millis() >= 5);
        let parts = shown
            .map(|(part, took)| format!("{} {:.2} s", part.as_str(), took.as_secs_f64()))
            .collect::<Vec<_>>()
            .join(", ");
        let parts = if parts.is_empty() { parts } else { format!(": {parts}") };
        format!("{} {:.2} s{parts}", engine.as_str(), times.wall.as_secs_f64())
    };
    times.iter().map(engine).collect::<Vec<_>>().join("\n")
}
