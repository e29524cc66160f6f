// fetch(): https://fetch.spec.whatwg.org/#fetch-method
//
// allowed: script has a response and reads its body to the end. opaque: the type of the response is `opaque` or
// `opaqueredirect`. blocked and refused: the promise is rejected.
initiators["fetch"] = async (step) => {
  const { url, method, headers, credentials, mode, redirect, cache, referrerPolicy } = step;
  const duplex = step.bodyAs === "stream" ? "half" : null;
  const options = { method, headers, credentials, mode, redirect, cache, referrerPolicy, duplex, body: bodyOf(step) };
  const response = await fetch(url, present(options));
  const { type, status, redirected } = response;
  const names = [...response.headers.keys()];
  try {
    const body = await response.text();
    return { outcome: "response", type, status, redirected, headers: names, body };
  } catch (error) {
    return { outcome: "broken-body", message: String(error) };
  }
};
