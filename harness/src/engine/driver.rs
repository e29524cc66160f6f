//! A WebDriver server as a child process: started on a port of its own choice, ended with every
//! browser it started.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use super::{EngineError, leftovers};

/// A running driver. Dropping it kills its process group and removes its folder.
#[derive(Debug)]
pub struct Driver {
    url: String,
    leader: i32,
    folder: PathBuf,
    child: Child,
    output: Lines<BufReader<ChildStdout>>,
}

impl Driver {
    /// Starts the driver at `program`, which must be a chromedriver, and waits until it listens.
    pub async fn start(program: &Path) -> Result<Self, EngineError> {
        let folder = own_folder()?;
        let mut child = Command::new(program)
            .arg("--port=0")
            .env("TMPDIR", &folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| EngineError::Start {
                program: program.into(),
                words: error.to_string(),
            })?;
        let leader = child.id().and_then(|id| i32::try_from(id).ok()).unwrap_or_default();
        leftovers::remember_group(leader);
        let output = child.stdout.take().expect("stdout is piped");
        let output = BufReader::new(output).lines();
        let mut driver = Self { url: String::new(), leader, folder, child, output };
        driver.url = format!("http://127.0.0.1:{}", driver.port(program).await?);
        Ok(driver)
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A folder below the driver's own, for the profile of its browser.
    pub fn profile(&self) -> PathBuf {
        self.folder.join("profile")
    }

    /// Reads the driver's own words until it says which port it took.
    async fn port(&mut self, program: &Path) -> Result<u16, EngineError> {
        let mut said = Vec::new();
        while let Ok(Some(line)) = self.output.next_line().await {
            if let Some(port) = announced_port(&line) {
                return Ok(port);
            }
            said.push(line);
        }
        Err(EngineError::Start { program: program.into(), words: said.join("\n") })
    }

    /// Kills driver and browsers and waits until the last of them is gone: they share the pipe that
    /// the driver's output comes through, and it ends with its last holder.
    pub async fn end(mut self) {
        leftovers::end_group(self.leader);
        while let Ok(Some(_)) = self.output.next_line().await {}
        let _ = self.child.wait().await;
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        leftovers::end_group(self.leader);
        leftovers::end_folder(&self.folder);
    }
}

/// The port in chromedriver's "was started successfully on port N." Its first line names port 0.
fn announced_port(line: &str) -> Option<u16> {
    let (_, tail) = line.split_once("started successfully on port ")?;
    tail.trim_end_matches('.').trim().parse().ok()
}

/// A folder that is removed by [`leftovers`] instead of by its handle, so that a signal ends it too.
fn own_folder() -> Result<PathBuf, EngineError> {
    let folder = tempfile::Builder::new().prefix("cors-harness-").tempdir().map(TempDir::keep);
    let folder = folder.map_err(|error| EngineError::Folder { words: error.to_string() })?;
    leftovers::remember_folder(folder.clone());
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::announced_port;

    #[test]
    fn the_port_is_read_from_the_line_that_announces_success() {
        let lines = [
            ("ChromeDriver was started successfully on port 41234.", Some(41234)),
            ("Starting ChromeDriver 156.0 (abc) on port 0", None),
            ("Only local connections are allowed.", None),
        ];
        for (line, port) in lines {
            assert_eq!(announced_port(line), port, "{line}");
        }
    }
}
