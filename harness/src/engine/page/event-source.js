// EventSource: https://html.spec.whatwg.org/#the-eventsource-interface
//
// allowed: a `message` event has data. blocked and refused: `error` fires before `open` does. There is no opaque
// stream. The first event closes the source, so that it does not connect again.
initiators["event-source"] = ({ url, credentials }) =>
  new Promise((resolve, reject) => {
    const source = new EventSource(url, { withCredentials: credentials === "include" });
    let isOpen = false;
    source.onopen = () => (isOpen = true);
    source.onmessage = () => {
      source.close();
      resolve({ outcome: "used", readable: true });
    };
    source.onerror = () => {
      source.close();
      isOpen ? resolve(undecided("the stream ended without a message")) : reject(errorEvent());
    };
  });
