//! The command line. Results go to standard output, and errors in the input to standard error.

mod arguments;
mod commands;

use std::process::ExitCode;

use cors_harness::engine::CleanEnd;

use arguments::{Arguments, Command};

fn main() -> ExitCode {
    let _clean = CleanEnd::hold();
    let arguments = Arguments::typed();
    let exit = match &arguments.command {
        Command::Run(run) => commands::run(run),
        Command::Explain(explain) => commands::explain(explain),
        Command::Diff(diff) => commands::diff(diff),
        Command::Check(check) => commands::check(check),
        Command::Compare(compare) => commands::compare(compare),
        Command::Why(why) => commands::why(why),
        Command::Merge(merge) => commands::merge(merge),
        Command::Measure(measure) => commands::measure(measure),
        Command::List(folder) => commands::list(folder),
        Command::Schema => commands::schema(),
        Command::Init(init) => commands::init(init),
        Command::Accept(keep) => commands::accept(keep),
        Command::Review(keep) => commands::review(keep),
        Command::Doctor(chosen) => commands::doctor(chosen),
        Command::Completions(completions) => commands::completions(completions),
        Command::Man(manual) => commands::manual(manual),
    };
    commands::printed(exit).into()
}
