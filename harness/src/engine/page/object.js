// <object>: https://html.spec.whatwg.org/#the-object-element
//
// allowed: `load` fires, and script has the document. opaque: `load` fires, and `contentDocument` is null, because the
// document has another origin.
initiators["object"] = ({ url }) =>
  new Promise((resolve, reject) => {
    const object = element("object", { type: "text/html" });
    object.onload = () => {
      const readable = object.contentDocument !== null;
      object.remove();
      resolve({ outcome: "used", readable });
    };
    object.onerror = () => {
      object.remove();
      reject(errorEvent());
    };
    object.data = url;
    document.body.append(object);
  });
