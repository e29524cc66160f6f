//! TCP sockets of this machine.

use std::fs;

/// How many there are, of all processes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sockets {
    /// Open.
    pub used: usize,
    /// Closed here, with a port that is not free for another connection to the same place yet.
    pub waiting: usize,
}

impl Sockets {
    /// As `/proc/net/sockstat` has them: `TCP: inuse 12 orphan 0 tw 5 alloc 20 mem 1`.
    pub fn now() -> Option<Self> {
        let text = fs::read_to_string("/proc/net/sockstat").ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix("TCP:"))?;
        let words: Vec<_> = line.split_whitespace().collect();
        let number = |name: &str| {
            let pair = words.chunks(2).find(|pair| pair[0] == name)?;
            pair.get(1)?.parse().ok()
        };
        Some(Self { used: number("inuse")?, waiting: number("tw")? })
    }
}
