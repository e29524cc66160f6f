//! Arguments of `why`.

use clap::Args;

/// Arguments of `why`.
#[derive(Args, Debug)]
pub struct Why {
    /// The message, as the console shows it; or `-`, which reads a message or a log from standard input
    #[arg(required = true, value_name = "MESSAGE", allow_hyphen_values = true)]
    pub message: Vec<String>,
}
