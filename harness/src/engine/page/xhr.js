// XMLHttpRequest: https://xhr.spec.whatwg.org/#interface-xmlhttprequest
//
// allowed: `load` fires, and script reads `responseText`. blocked and refused: `error` fires, or send() throws. There
// is no opaque response. aborted and timed-out: `abort` or `timeout` fires; script calls abort() or sets `timeout` once a
// server has received the request. With `async: "false"` send() returns after `load`, or throws.
initiators["xhr"] = ({ url, method, headers, credentials, uploadListeners, async, username, password, abort, ...body }) => {
  // A URL as far as it is asked of a server. `responseURL` has no fragment, and in WebKit no userinfo.
  const asked = (url) => Object.assign(new URL(url), { hash: "", username: "", password: "" }).href;
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open(method, url, async, username, password);
    xhr.withCredentials = credentials === "include";
    for (const [name, value] of headers) xhr.setRequestHeader(name, value);
    if (uploadListeners) xhr.upload.addEventListener("progress", () => {});
    xhr.onerror = () => reject(new DOMException("error event", "NetworkError"));
    xhr.onabort = () => reject(new DOMException("abort event", "AbortError"));
    xhr.ontimeout = () => reject(new DOMException("timeout event", "TimeoutError"));
    xhr.onload = () => {
      const lines = xhr.getAllResponseHeaders().split("\r\n").filter(Boolean);
      resolve({
        outcome: "response",
        type: null,
        status: xhr.status,
        redirected: asked(xhr.responseURL) !== asked(url),
        headers: lines.map((line) => line.slice(0, line.indexOf(":"))),
        body: xhr.responseText,
      });
    };
    // WebKit takes a timeout during the request only if it had one before.
    if (abort !== null && abort.by === "timeout") xhr.timeout = 2 * deadline;
    xhr.send(bodyOf(body));
    if (abort === null) return;
    isReceived(abort).then(() => {
      if (abort.by === "abort") xhr.abort();
      else xhr.timeout = 1;
    });
  });
};
