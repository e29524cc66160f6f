//! Bodies that the harness makes, for content that is not text, or that must have a certain form so that a page can find out what it can read.

use super::reader::ValueError;
use super::suggest::{self, brief};

/// The words of `content`, and the bodies. All browsers accept each of them as what it is.
const CONTENTS: [(&str, &[u8]); 13] = [
    // One pixel.
    ("png", include_bytes!("content/pixel.png")),
    // A document with the element `shape`, 10 by 10 units. Its namespace has character references, because host names in a
    // body are replaced.
    ("svg", include_bytes!("content/shape.svg")),
    ("css", include_bytes!("content/style.css")),
    // A classic script that throws an error, in a document or a worker.
    ("script", include_bytes!("content/script.js")),
    // A module script with a default export.
    ("module", include_bytes!("content/module.js")),
    // The script of a dedicated, shared or service worker. The first two post a message.
    ("worker", include_bytes!("content/worker.js")),
    ("json", include_bytes!("content/data.json")),
    // A TrueType font with one letter, A, five times as wide as the font is high.
    ("font", include_bytes!("content/font.ttf")),
    // Two frames of VP8 in WebM, 16 by 16 pixels.
    ("webm", include_bytes!("content/video.webm")),
    // A tenth of a second of a tone: one channel of 8,000 samples a second, in WAVE.
    ("wav", include_bytes!("content/audio.wav")),
    // A text track with one cue.
    ("track", include_bytes!("content/track.vtt")),
    // An event stream with one message.
    ("events", include_bytes!("content/events.txt")),
    ("html", include_bytes!("content/page.html")),
];

/// The words, for the schema.
pub(super) fn words() -> impl Iterator<Item = &'static str> + Clone {
    CONTENTS.iter().map(|(word, _)| *word)
}

/// The body that `content:` names.
pub(super) fn body(text: &str) -> Result<&'static [u8], ValueError> {
    let body = CONTENTS.iter().find(|(word, _)| *word == text).map(|(_, body)| *body);
    body.ok_or_else(|| {
        let what = format!("`content` cannot be `{}`", brief(text));
        ValueError::new(what, suggest::help(text, "the choices are", words()))
    })
}
