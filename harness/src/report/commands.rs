//! The commands that reports tell a reader to type. They differ by how the cases are played: with the program, or
//! with `cargo test`.

use crate::case::{Case, Row};
use crate::results::Engine;

/// Commands in the words of whatever plays the cases. Each is one line for a shell, and holds no secret.
pub trait Commands {
    /// Plays a case on an engine again, and nothing else.
    fn again(&self, case: &Case, engine: Engine) -> String;

    /// Shows why a row of a case went as it did.
    fn explain(&self, case: &Case, engine: Engine, row: Option<&Row>) -> String {
        let _ = row;
        self.again(case, engine)
    }

    /// Shows each change and asks whether to keep it.
    fn review(&self) -> String;

    /// Keeps everything that happened in a case as reviewed.
    fn accept(&self, case: &Case) -> String;

    /// A command of the program, as it is typed here.
    fn program(&self, arguments: &str) -> String {
        format!("cors-harness {arguments}")
    }

    /// Shows which engines are installed and what is missing.
    fn doctor(&self) -> String {
        self.program("doctor")
    }
}

/// The commands of cargo, for trials that `cargo test` runs.
#[derive(Clone, Copy, Debug)]
pub struct CargoCommands;

impl Commands for CargoCommands {
    /// Under the name that libtest shows the trial by.
    fn again(&self, case: &Case, engine: Engine) -> String {
        format!("cargo test -- --exact '[{}] {}'", engine.as_str(), case.id)
    }

    fn review(&self) -> String {
        "cargo insta review".to_owned()
    }

    fn accept(&self, case: &Case) -> String {
        format!("INSTA_UPDATE=always cargo test -- '{}'", case.id)
    }
}

/// The commands of the program with the usual folders, for reports that are read elsewhere.
#[derive(Clone, Copy, Debug)]
pub struct UsualCommands;

impl Commands for UsualCommands {
    fn again(&self, case: &Case, engine: Engine) -> String {
        self.program(&format!("run {} --engine {}", case.id, engine.as_str()))
    }

    fn review(&self) -> String {
        self.program("review")
    }

    fn accept(&self, case: &Case) -> String {
        self.program(&format!("accept {}", case.id))
    }
}
