// fetch(): https://fetch.spec.whatwg.org/#fetch-method
//
// allowed: script has a response, and reads its body to the end if the server sends all of it. opaque: the type of the response is `opaque` or
// `opaqueredirect`. blocked and refused: the promise is rejected.
//
// aborted and timed-out: the promise, or that of the body, is rejected with an AbortError or a TimeoutError. The signal is
// aborted before the call, or once a server has received the request. A timeout begins at that moment.
//
// If the document of the call goes away, the log of the servers decides: opaque: a request was sent after that. aborted: none was.
const signalOf = (abort) => {
  if (abort === null || abort.by === "leave") return null;
  if (abort.at === "before") return AbortSignal.abort();
  const controller = new AbortController();
  isReceived(abort).then(() => {
    if (abort.by === "abort") return controller.abort();
    const timeout = AbortSignal.timeout(0);
    timeout.onabort = () => controller.abort(timeout.reason);
  });
  return controller.signal;
};

const updates = async (count) => {
  for (let update = 0; update < count; update += 1) await rendered();
};

// Makes the call in a frame without a URL, and removes the frame once a server has received the request. The server answers
// after that. What follows arrives before the end of the wait, or never.
const fetchAndLeave = async (url, { keepalive, abort }, options) => {
  const frame = element("iframe", {});
  const loaded = new Promise((resolve) => {
    frame.onload = resolve;
  });
  document.body.append(frame);
  await loaded;
  frame.contentWindow.fetch(url, options).catch(() => {});
  await isReceived(abort);
  frame.remove();
  await notify(abort.left);
  const next = keepalive && abort.next !== null ? [notify(abort.next)] : [];
  await Promise.race([...next, updates(keepalive ? 240 : 30)]);
  return { outcome: "left" };
};

initiators["fetch"] = async (step) => {
  const { url, method, credentials, mode, redirect, cache, referrerPolicy, keepalive, integrity } = step;
  const duplex = step.bodyAs === "stream" ? "half" : null;
  const body = bodyOf(step);
  const signal = signalOf(step.abort);
  const headers = makeHeaders[step.headersAs](step.headers);
  const request = { method, headers, body, duplex, credentials, mode, redirect, cache };
  const options = { ...request, referrerPolicy, keepalive, integrity, signal };
  if (step.abort?.by === "leave") return fetchAndLeave(url, step, present(options));
  const response = await fetch(url, present(options));
  const { type, status, redirected } = response;
  const seen = { type, status, redirected, headers: [...response.headers.keys()] };
  try {
    return { outcome: "response", ...seen, body: await response.text() };
  } catch (error) {
    return { outcome: "broken-body", message: String(error), response: { ...seen, body: "" } };
  }
};
