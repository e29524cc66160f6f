// <form method="post">, submitted into a frame or a window: https://html.spec.whatwg.org/#form-submission-algorithm
//
// The reads are those of `iframe` and `window-open`: allowed where script has the document that the server answers with,
// opaque where that has another origin.
initiators["form"] = ({ url, body, bodyAs, inWindow }) => {
  const enctype = bodyAs === "form-data" ? "multipart/form-data" : null;
  const pairs = [...new URLSearchParams(body ?? "")];
  if (inWindow) return shownInWindow({ url, enctype, pairs });
  return new Promise((resolve) => {
    const name = uniqueName();
    const frame = element("iframe", { name });
    const form = element("form", { action: url, method: "post", target: name, enctype });
    for (const [name, value] of pairs) form.append(element("input", { type: "hidden", name, value }));
    frame.onload = () => {
      const framed = frame.contentDocument;
      // The first document of a frame.
      if (framed !== null && framed.URL === "about:blank") return;
      frame.remove();
      form.remove();
      resolve({ outcome: "used", readable: framed !== null });
    };
    document.body.append(frame, form);
    form.submit();
  });
};
