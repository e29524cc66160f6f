//! The vocabulary of a case: YAML in, [`Case`]s or complaints out.
//!
//! Pure: takes text, opens nothing. The YAML crates are used only here.

mod row;

pub use row::*;
/// tmp
pub const MAX_BYTES: usize = 1;
/// tmp
#[derive(Debug)]
pub struct Complaints;
/// tmp
pub fn read(_: CaseId, _: &std::path::Path, _: &[u8]) -> Result<Case, Complaints> {
    Err(Complaints)
}
