// navigator.sendBeacon(): https://w3c.github.io/beacon/#sendbeacon-method
//
// opaque: the browser took the beacon, and its response has come: the page's performance timeline has an entry for it.
// blocked and refused: the browser does not take it. Script never reads a response.
initiators["beacon"] = (step) =>
  new Promise((resolve, reject) => {
    const observer = new PerformanceObserver((list) => {
      if (!list.getEntriesByName(step.url).length) return;
      observer.disconnect();
      resolve({ outcome: "used", readable: false });
    });
    observer.observe({ type: "resource" });
    if (navigator.sendBeacon(step.url, bodyOf(step))) return;
    observer.disconnect();
    reject(new DOMException("sendBeacon() returned false", "NetworkError"));
  });
