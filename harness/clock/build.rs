//! Compiles `src/preload.rs` into a shared library that the crate embeds. A dependency cannot be a shared library and an
//! embedded file at once, so the compiler that cargo uses is called here.

use std::env;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=src/preload.rs");
    let library = PathBuf::from(env::var("OUT_DIR")?).join("preload.so");
    match is_supported()? {
        true => compile(&library)?,
        false => std::fs::write(&library, [])?,
    }
    Ok(())
}

/// The library relies on glibc and on the symbol lookup of ELF.
fn is_supported() -> Result<bool, env::VarError> {
    let (system, environment) =
        (env::var("CARGO_CFG_TARGET_OS")?, env::var("CARGO_CFG_TARGET_ENV")?);
    Ok(system == "linux" && environment == "gnu")
}

fn compile(library: &Path) -> Result<(), Box<dyn Error>> {
    let mut compiler = Command::new(env::var("RUSTC")?);
    compiler.args(["--edition", "2024", "--crate-type", "cdylib", "--crate-name", "preload"]);
    compiler.args(["-C", "opt-level=2", "-C", "panic=abort", "-C", "strip=symbols"]);
    compiler.args(["--target", &env::var("TARGET")?]);
    if let Ok(linker) = env::var("RUSTC_LINKER") {
        compiler.arg("-C").arg(format!("linker={linker}"));
    }
    let status = compiler.arg("-o").arg(library).arg("src/preload.rs").status()?;
    if status.success() { Ok(()) } else { Err("the preload library does not compile".into()) }
}
