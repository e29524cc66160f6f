//! `completions` and `man`: files that are made from the command line's own description.

use std::io;
use std::path::Path;

use clap::CommandFactory;
use clap_mangen::Man;

use super::Exit;
use super::files::unwritten;
use crate::arguments::{Arguments, Completions, Manual};

/// `completions`.
pub fn completions(arguments: &Completions) -> Exit {
    let mut command = Arguments::command();
    let name = command.get_name().to_owned();
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, name, &mut text);
    say!("{}", String::from_utf8_lossy(&text).trim_end());
    Exit::AsRecorded
}

/// `man`.
pub fn manual(arguments: &Manual) -> Exit {
    match &arguments.folder {
        Some(folder) => match write_pages(folder) {
            Ok(()) => Exit::AsRecorded,
            Err(error) => unwritten(folder, &error),
        },
        None => {
            let mut page = Vec::new();
            if let Err(error) = Man::new(Arguments::command()).render(&mut page) {
                complain!("error: {error}");
                return Exit::CannotRun;
            }
            say!("{}", String::from_utf8_lossy(&page).trim_end());
            Exit::AsRecorded
        }
    }
}

/// A page for the program and one for each command.
fn write_pages(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    clap_mangen::generate_to(Arguments::command(), folder)
}
