// navigator.sendBeacon(): https://w3c.github.io/beacon/#sendbeacon-method
//
// opaque: the browser took the beacon, and has sent it: the page's performance timeline has an entry for it. blocked: only
// its preflight was sent, as the servers' log shows; or the browser does not take it. Script never learns of a response.
initiators["beacon"] = async (step) => {
  if (!navigator.sendBeacon(step.url, bodyOf(step))) throw new DOMException("sendBeacon() returned false", "NetworkError");
  await timed(step.url);
  return { outcome: "used", readable: false };
};
