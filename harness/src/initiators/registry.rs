//! The list of all initiators. Their entries are in the files beside this one.

use super::{Definition, embedded, navigations, requests, scripts, styles};
use crate::registry::registry;

registry! {
    /// What a step uses to make its request.
    #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
    enum Initiator: Definition;

    /// <https://fetch.spec.whatwg.org/#fetch-method>
    Fetch = requests::FETCH;
    /// <https://xhr.spec.whatwg.org/#interface-xmlhttprequest>. It has `withCredentials` only: `include` sets it, and
    /// `same-origin` does not.
    Xhr = requests::XHR;
    /// <https://html.spec.whatwg.org/#the-img-element>
    Img = embedded::IMG;
    /// <https://html.spec.whatwg.org/#dom-createimagebitmap>, of an `img`.
    ImageBitmap = embedded::IMAGE_BITMAP;
    /// <https://svgwg.org/svg2-draft/embedded.html#ImageElement>
    SvgImage = embedded::SVG_IMAGE;
    /// <https://svgwg.org/svg2-draft/struct.html#UseElement>, with an element of another document. It has to be same-origin.
    SvgUse = embedded::SVG_USE;
    /// <https://html.spec.whatwg.org/#the-script-element>: a classic script.
    Script = scripts::SCRIPT;
    /// <https://html.spec.whatwg.org/#the-script-element>: a module script. `crossorigin` only chooses the credentials
    /// mode: <https://html.spec.whatwg.org/#module-script-credentials-mode>.
    Module = scripts::MODULE;
    /// <https://html.spec.whatwg.org/#hostimportmoduledynamically>
    Import = scripts::IMPORT;
    /// `import()` with the type `json`: <https://html.spec.whatwg.org/#fetch-destination-from-module-type>.
    JsonModule = scripts::JSON_MODULE;
    /// <https://html.spec.whatwg.org/#worklet-processing-model>, through
    /// <https://webaudio.github.io/web-audio-api/#dom-baseaudiocontext-audioworklet>.
    AudioWorklet = scripts::AUDIO_WORKLET;
    /// <https://html.spec.whatwg.org/#dedicated-workers-and-the-worker-interface>
    Worker = scripts::WORKER;
    /// <https://html.spec.whatwg.org/#shared-workers-and-the-sharedworker-interface>
    SharedWorker = scripts::SHARED_WORKER;
    /// <https://w3c.github.io/ServiceWorker/#navigator-service-worker-register>
    ServiceWorker = scripts::SERVICE_WORKER;
    /// <https://html.spec.whatwg.org/#importing-scripts-and-libraries>
    ImportScripts = scripts::IMPORT_SCRIPTS;
    /// <https://html.spec.whatwg.org/#link-type-stylesheet>
    Stylesheet = styles::STYLESHEET;
    /// <https://drafts.csswg.org/css-cascade-5/#fetch-an-import>
    ImportRule = styles::IMPORT_RULE;
    /// <https://drafts.csswg.org/css-images-4/#fetch-an-external-image-for-a-stylesheet>, through the property `content`.
    CssImage = styles::CSS_IMAGE;
    /// <https://drafts.fxtf.org/css-masking/#the-mask-image>
    MaskImage = styles::MASK_IMAGE;
    /// <https://drafts.csswg.org/css-shapes/#shape-outside-property>
    ShapeOutside = styles::SHAPE_OUTSIDE;
    /// <https://drafts.csswg.org/css-font-loading/#fontface-interface>
    FontFace = styles::FONT_FACE;
    /// <https://drafts.csswg.org/css-fonts-4/#font-fetching-requirements>
    FontFaceRule = styles::FONT_FACE_RULE;
    /// <https://html.spec.whatwg.org/#the-video-element>
    Video = embedded::VIDEO;
    /// <https://html.spec.whatwg.org/#the-audio-element>
    Audio = embedded::AUDIO;
    /// <https://html.spec.whatwg.org/#the-track-element>. The attribute `crossorigin` is that of its media element.
    Track = embedded::TRACK;
    /// <https://html.spec.whatwg.org/#link-type-preload>
    Preload = embedded::PRELOAD;
    /// <https://html.spec.whatwg.org/#link-type-modulepreload>
    Modulepreload = embedded::MODULEPRELOAD;
    /// <https://html.spec.whatwg.org/#the-eventsource-interface>
    EventSource = requests::EVENT_SOURCE;
    /// <https://websockets.spec.whatwg.org/#dom-websocket-websocket>
    WebSocket = requests::WEBSOCKET;
    /// <https://w3c.github.io/beacon/#sendbeacon-method>. The type of a `Blob` can make its mode `cors`.
    Beacon = requests::BEACON;
    /// <https://w3c.github.io/resource-timing/#sec-performanceresourcetiming>, of a call of `fetch()`.
    ResourceTiming = requests::RESOURCE_TIMING;
    /// <https://html.spec.whatwg.org/#the-iframe-element>
    Iframe = navigations::IFRAME;
    /// <https://html.spec.whatwg.org/#the-object-element>
    Object = navigations::OBJECT;
    /// <https://html.spec.whatwg.org/#dom-open>
    WindowOpen = navigations::WINDOW_OPEN;
    /// <https://html.spec.whatwg.org/#the-form-element>, submitted with `POST` into a frame or a new window. The body is a
    /// list of pairs, written like a query.
    Form = navigations::FORM;
}
