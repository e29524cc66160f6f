// fetch(): https://fetch.spec.whatwg.org/#fetch-method
//
// allowed: script has a response and reads its body to the end. opaque: the type of the response is `opaque` or
// `opaqueredirect`. blocked and refused: the promise is rejected.
initiators["fetch"] = async (step) => {
  const { url, method, credentials, mode, redirect, cache, referrerPolicy, keepalive, integrity } = step;
  const duplex = step.bodyAs === "stream" ? "half" : null;
  const body = bodyOf(step);
  const headers = makeHeaders[step.headersAs](step.headers);
  const request = { method, headers, body, duplex, credentials, mode, redirect, cache };
  const options = { ...request, referrerPolicy, keepalive, integrity };
  const response = await fetch(url, present(options));
  const { type, status, redirected } = response;
  const names = [...response.headers.keys()];
  try {
    return { outcome: "response", type, status, redirected, headers: names, body: await response.text() };
  } catch (error) {
    return { outcome: "broken-body", message: String(error) };
  }
};
