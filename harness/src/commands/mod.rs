//! What the commands do, and how they end.

/// Prints a line. Whoever reads may have had enough of it (`| head`); that is no failure.
macro_rules! say {
    ($($words:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stdout(), $($words)*);
    }};
}

mod check;
mod compare;
mod diff;
mod doctor;
mod exit;
mod explain;
mod find;
mod list;
mod play;
mod run;

pub use check::check;
pub use compare::compare;
pub use diff::diff;
pub use doctor::doctor;
pub use exit::Exit;
pub use explain::explain;
pub use list::list;
pub use run::run;
