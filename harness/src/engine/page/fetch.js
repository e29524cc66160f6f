// fetch(): https://fetch.spec.whatwg.org/#fetch-method
//
// allowed: script has a response, and reads its body to the end if the server sends all of it. opaque: the type of the response is `opaque` or
// `opaqueredirect`. blocked and refused: the promise is rejected.
//
// aborted and timed-out: the promise, or that of the body, is rejected with an AbortError or a TimeoutError. The signal is
// aborted before the call, or once a server has received the request. A timeout begins at that moment.
const signalOf = (abort) => {
  if (abort === null) return null;
  if (abort.at === "before") return AbortSignal.abort();
  const controller = new AbortController();
  isReceived(abort).then(() => {
    if (abort.by === "abort") return controller.abort();
    const timeout = AbortSignal.timeout(0);
    timeout.onabort = () => controller.abort(timeout.reason);
  });
  return controller.signal;
};

initiators["fetch"] = async (step) => {
  const { url, method, credentials, mode, redirect, cache, referrerPolicy, keepalive, integrity } = step;
  const duplex = step.bodyAs === "stream" ? "half" : null;
  const body = bodyOf(step);
  const signal = signalOf(step.abort);
  const headers = makeHeaders[step.headersAs](step.headers);
  const request = { method, headers, body, duplex, credentials, mode, redirect, cache };
  const options = { ...request, referrerPolicy, keepalive, integrity, signal };
  const response = await fetch(url, present(options));
  const { type, status, redirected } = response;
  const seen = { type, status, redirected, headers: [...response.headers.keys()] };
  try {
    return { outcome: "response", ...seen, body: await response.text() };
  } catch (error) {
    return { outcome: "broken-body", message: String(error), response: { ...seen, body: "" } };
  }
};
