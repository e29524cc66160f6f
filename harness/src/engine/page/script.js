// Classic <script>: https://html.spec.whatwg.org/#the-script-element
//
// The body has to throw an error, as `content: script` does. allowed: script reads the message of the error. opaque:
// the script ran, and its errors are muted: https://html.spec.whatwg.org/#concept-script-muted-errors. blocked and
// refused: `error` fires at the element.
initiators["script"] = ({ url, crossorigin, referrerPolicy }) =>
  new Promise((resolve, reject) => {
    const script = element("script", { crossOrigin: crossorigin, referrerPolicy });
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
      reject(errorEvent());
    };
    script.onload = () => {
      end();
      const readable = message !== "Script error.";
      resolve(message === null ? undecided("the script threw no error") : { outcome: "used", readable });
    };
    window.addEventListener("error", listen);
    script.src = url;
    document.head.append(script);
  });
