// <form method="post">, submitted into a frame: https://html.spec.whatwg.org/#form-submission-algorithm
//
// The reads are those of `iframe`: allowed where script has the document that the server answers with, opaque where
// that has another origin.
initiators["form"] = ({ url, body, bodyAs }) =>
  new Promise((resolve) => {
    const name = `form ${performance.now()} ${Math.random()}`;
    const frame = element("iframe", { name });
    const enctype = bodyAs === "form-data" ? "multipart/form-data" : null;
    const form = element("form", { action: url, method: "post", target: name, enctype });
    for (const [name, value] of new URLSearchParams(body ?? "")) {
      form.append(element("input", { type: "hidden", name, value }));
    }
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
