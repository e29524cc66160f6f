//! The formats of images, fonts, media and text tracks, as far as their first bytes say:
//! <https://mimesniff.spec.whatwg.org/#matching-a-mime-type-pattern>.

use super::mime::MimeType;
use super::resource_checks::Consumer;

/// A format that a body has to have.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Format {
    /// An image.
    Image,
    /// A font.
    Font,
    /// Video, or audio in its place.
    Video,
    /// Audio, or video in its place.
    Audio,
    /// A text track in WebVTT.
    Track,
}

impl Consumer {
    /// The format of the bodies that it can use; `None` if their first bytes do not decide.
    pub fn format(self) -> Option<Format> {
        match self {
            Self::Image | Self::StyleImage => Some(Format::Image),
            Self::Font => Some(Format::Font),
            Self::Media => Some(Format::Video),
            Self::Audio => Some(Format::Audio),
            Self::Track => Some(Format::Track),
            _ => None,
        }
    }
}

impl Format {
    /// Whether a body begins as this format does. The rest of it is not looked at.
    pub fn has_signature(self, body: &[u8]) -> bool {
        match self {
            Self::Image => is_image(body),
            Self::Font => is_font(body),
            Self::Video | Self::Audio => is_media(body),
            Self::Track => body.starts_with(b"WEBVTT"),
        }
    }

    /// Whether a value of `Content-Type` says that the body has this format. Images in the format SVG have no signature,
    /// and their type is left out.
    pub fn has_type(self, content_type: &[u8]) -> bool {
        let mime = MimeType::parse(content_type);
        let essence = mime.as_ref().map_or("", MimeType::essence);
        let is_of = |kinds: &[&str]| kinds.iter().any(|kind| essence.starts_with(kind));
        match self {
            Self::Image => is_of(&["image/"]) && essence != "image/svg+xml",
            Self::Font => is_of(&["font/", "application/font-", "application/x-font-"]),
            Self::Video | Self::Audio => is_of(&["video/", "audio/"]),
            Self::Track => essence == "text/vtt",
        }
    }
}

/// <https://mimesniff.spec.whatwg.org/#image-type-pattern-matching-algorithm>
fn is_image(body: &[u8]) -> bool {
    const SIGNATURES: [&[u8]; 7] = [
        b"\x89PNG\r\n\x1A\n",
        b"\xFF\xD8\xFF",
        b"GIF87a",
        b"GIF89a",
        b"BM",
        b"\x00\x00\x01\x00",
        b"\x00\x00\x02\x00",
    ];
    let is_webp = body.starts_with(b"RIFF") && body.get(8..14) == Some(b"WEBPVP");
    is_webp || SIGNATURES.iter().any(|signature| body.starts_with(signature))
}

/// <https://mimesniff.spec.whatwg.org/#font-type-pattern-matching-algorithm>
fn is_font(body: &[u8]) -> bool {
    const SIGNATURES: [&[u8]; 5] = [b"\x00\x01\x00\x00", b"OTTO", b"ttcf", b"wOFF", b"wOF2"];
    SIGNATURES.iter().any(|signature| body.starts_with(signature))
}

/// <https://mimesniff.spec.whatwg.org/#audio-or-video-type-pattern-matching-algorithm>
fn is_media(body: &[u8]) -> bool {
    const SIGNATURES: [&[u8]; 4] = [b"\x1A\x45\xDF\xA3", b"OggS\0", b"ID3", b"MThd\0\0\0\x06"];
    let is_wave = body.starts_with(b"RIFF") && body.get(8..12) == Some(b"WAVE");
    let is_mp4 = body.get(4..8) == Some(b"ftyp");
    is_wave || is_mp4 || SIGNATURES.iter().any(|signature| body.starts_with(signature))
}
