// window.open(): https://html.spec.whatwg.org/#dom-open
//
// The document has to post a message to its opener, as `content: html` does. allowed: the message arrives, and script has
// the document of the window. opaque: the message arrives, and the document has another origin. A document that posts no
// message makes the row inconclusive.
initiators["window-open"] = ({ url }) => shownInWindow({ url });
