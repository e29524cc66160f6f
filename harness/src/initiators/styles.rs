//! Style sheets, and what they load.

use cors_model::Consumer as Resource;

use super::parameters::{
    ALL_READS, ALLOWED_OR_NOT, INTEGRITY_OPTIONS, OPAQUE_OR_NOT, cors, no_cors,
};
use super::{Consumer, Definition, Needs};

pub(super) const STYLESHEET: Definition = Definition {
    word: "stylesheet",
    request: no_cors("style"),
    consumer: Consumer::Resource(Resource::StyleSheet),
    needs: Needs::Document,
    options: INTEGRITY_OPTIONS,
    reads: ALL_READS,
    script: include_str!("../engine/page/stylesheet.js"),
};

pub(super) const IMPORT_RULE: Definition = Definition {
    word: "import-rule",
    request: no_cors("style"),
    consumer: Consumer::Resource(Resource::StyleSheet),
    needs: Needs::Document,
    options: &[],
    reads: ALL_READS,
    script: include_str!("../engine/page/import-rule.js"),
};

pub(super) const CSS_IMAGE: Definition = Definition {
    word: "css-image",
    request: no_cors("image"),
    consumer: Consumer::Resource(Resource::StyleImage),
    needs: Needs::Document,
    options: &[],
    reads: OPAQUE_OR_NOT,
    script: include_str!("../engine/page/css-image.js"),
};

pub(super) const MASK_IMAGE: Definition = Definition {
    word: "mask-image",
    request: cors("image"),
    consumer: Consumer::Resource(Resource::StyleImage),
    needs: Needs::Document,
    options: &[],
    reads: OPAQUE_OR_NOT,
    script: include_str!("../engine/page/mask-image.js"),
};

pub(super) const SHAPE_OUTSIDE: Definition = Definition {
    word: "shape-outside",
    request: cors("image"),
    consumer: Consumer::Resource(Resource::Image),
    needs: Needs::Document,
    options: &[],
    reads: ALLOWED_OR_NOT,
    script: include_str!("../engine/page/shape-outside.js"),
};

pub(super) const FONT_FACE: Definition = Definition {
    word: "font-face",
    request: cors("font"),
    consumer: Consumer::Resource(Resource::Font),
    needs: Needs::Document,
    options: &[],
    reads: ALLOWED_OR_NOT,
    script: include_str!("../engine/page/font-face.js"),
};

pub(super) const FONT_FACE_RULE: Definition = Definition {
    word: "font-face-rule",
    request: cors("font"),
    consumer: Consumer::Resource(Resource::Font),
    needs: Needs::Document,
    options: &[],
    reads: ALLOWED_OR_NOT,
    script: include_str!("../engine/page/font-face-rule.js"),
};
