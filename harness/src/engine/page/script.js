// Classic <script>: https://html.spec.whatwg.org/#the-script-element
//
// The body has to throw an error, as `content: script` does. allowed: script reads the message of the error. opaque:
// the script ran, and its errors are muted: https://html.spec.whatwg.org/#concept-script-muted-errors. blocked and
// refused: `error` fires at the element.
initiators["script"] = (step) =>
  inDocument(
    ({ url, crossorigin, referrerPolicy, integrity }) =>
      new Promise((resolve, reject) => {
        const script = document.createElement("script");
        if (crossorigin !== null) script.crossOrigin = crossorigin;
        if (integrity !== null) script.integrity = integrity;
        if (referrerPolicy !== null) script.referrerPolicy = referrerPolicy;
        let message = null;
        // The error is reported while the script runs, so before any other script of the page does.
        const listen = (event) => {
          if (message === null && "ran" in script.dataset) message = event.message;
        };
        const end = () => {
          window.removeEventListener("error", listen);
          script.remove();
        };
        script.onerror = () => {
          end();
          reject(["NetworkError", "error event"]);
        };
        script.onload = () => {
          end();
          if (message === null) resolve({ outcome: "undecided", message: "the script threw no error" });
          else resolve({ outcome: "used", readable: message !== "Script error." });
        };
        window.addEventListener("error", listen);
        script.src = url;
        document.head.append(script);
      }),
    step,
  );
