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
    // Its first document has one load event in every browser, unlike that of about:blank.
    const frame = element("iframe", { name, srcdoc: "<!doctype html>" });
    const form = element("form", { action: url, method: "post", target: name, enctype });
    for (const [name, value] of pairs) form.append(element("input", { type: "hidden", name, value }));
    const showsAnswer = () => {
      const readable = frame.contentDocument !== null;
      frame.remove();
      form.remove();
      resolve({ outcome: "used", readable });
    };
    // A form that is submitted before that event can lose its own.
    frame.onload = () => {
      frame.onload = showsAnswer;
      document.body.append(form);
      form.submit();
    };
    document.body.append(frame);
  });
};
