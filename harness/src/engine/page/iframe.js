// <iframe>: https://html.spec.whatwg.org/#the-iframe-element
//
// allowed: `load` fires, and script has the document of the frame. opaque: `load` fires, and `contentDocument` is null,
// because the document has another origin. A frame that loads nothing fires no event, and the row is inconclusive.
initiators["iframe"] = ({ url, referrerPolicy }) =>
  new Promise((resolve) => {
    const frame = element("iframe", { referrerPolicy });
    frame.onload = () => {
      const readable = frame.contentDocument !== null;
      frame.remove();
      resolve({ outcome: "used", readable });
    };
    frame.src = url;
    document.body.append(frame);
  });
