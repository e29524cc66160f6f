//! Images, media, and what is loaded ahead of its use.

use cors_model::Consumer as Resource;

use super::options::{PRELOADS, REFERRER_POLICIES, StepOption, one_of};
use super::parameters::{
    ALL_READS, ALLOWED_OR_NOT, CROSSORIGIN_OPTION, ELEMENT_OPTIONS, INTEGRITY_OPTIONS,
    OPAQUE_OR_NOT, cors, no_cors, same_origin,
};
use super::{Consumer, Definition, Needs, RequestParameters};

pub(super) const IMG: Definition = Definition {
    word: "img",
    request: no_cors("image"),
    consumer: Consumer::Resource(Resource::Image),
    needs: Needs::Document,
    options: ELEMENT_OPTIONS,
    reads: ALL_READS,
    script: include_str!("../engine/page/img.js"),
};

pub(super) const IMAGE_BITMAP: Definition = Definition {
    word: "image-bitmap",
    request: no_cors("image"),
    consumer: Consumer::Resource(Resource::Image),
    needs: Needs::Document,
    options: ELEMENT_OPTIONS,
    reads: ALL_READS,
    script: include_str!("../engine/page/image-bitmap.js"),
};

pub(super) const SVG_IMAGE: Definition = Definition {
    word: "svg-image",
    request: no_cors("image"),
    consumer: Consumer::Resource(Resource::Image),
    needs: Needs::Document,
    options: &[CROSSORIGIN_OPTION],
    reads: ALL_READS,
    script: include_str!("../engine/page/svg-image.js"),
};

pub(super) const SVG_USE: Definition = Definition {
    word: "svg-use",
    request: same_origin("image"),
    consumer: Consumer::Resource(Resource::SvgDocument),
    needs: Needs::Document,
    options: &[],
    reads: ALLOWED_OR_NOT,
    script: include_str!("../engine/page/svg-use.js"),
};

pub(super) const VIDEO: Definition = Definition {
    word: "video",
    request: no_cors("video"),
    consumer: Consumer::Resource(Resource::Media),
    needs: Needs::Document,
    options: &[CROSSORIGIN_OPTION],
    reads: ALL_READS,
    script: include_str!("../engine/page/video.js"),
};

pub(super) const AUDIO: Definition = Definition {
    word: "audio",
    request: no_cors("audio"),
    consumer: Consumer::Resource(Resource::Audio),
    needs: Needs::Document,
    options: &[CROSSORIGIN_OPTION],
    reads: OPAQUE_OR_NOT,
    script: include_str!("../engine/page/audio.js"),
};

pub(super) const TRACK: Definition = Definition {
    word: "track",
    request: RequestParameters { mode: "same-origin", ..no_cors("track") },
    consumer: Consumer::Resource(Resource::Track),
    needs: Needs::Document,
    options: &[CROSSORIGIN_OPTION],
    reads: ALLOWED_OR_NOT,
    script: include_str!("../engine/page/track.js"),
};

pub(super) const PRELOAD: Definition = Definition {
    word: "preload",
    request: no_cors(""),
    consumer: Consumer::Resource(Resource::Preload),
    needs: Needs::Document,
    options: &[
        one_of(StepOption::As, PRELOADS),
        CROSSORIGIN_OPTION,
        one_of(StepOption::ReferrerPolicy, REFERRER_POLICIES),
    ],
    reads: OPAQUE_OR_NOT,
    script: include_str!("../engine/page/preload.js"),
};

pub(super) const MODULEPRELOAD: Definition = Definition {
    word: "modulepreload",
    request: cors("script"),
    consumer: Consumer::Resource(Resource::ModulePreload),
    needs: Needs::Document,
    options: INTEGRITY_OPTIONS,
    reads: OPAQUE_OR_NOT,
    script: include_str!("../engine/page/modulepreload.js"),
};
