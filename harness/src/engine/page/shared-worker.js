// new SharedWorker(): https://html.spec.whatwg.org/#dom-sharedworker
//
// The script has to post a message to each page that connects, as `content: worker` does. allowed: the page receives
// it. blocked and refused: `error` fires, or the constructor throws. A worker of another origin is not requested at
// all.
initiators["shared-worker"] = (step) =>
  inDocument(
    ({ url }) =>
      new Promise((resolve, reject) => {
        const worker = new SharedWorker(url);
        worker.port.onmessage = () => resolve({ outcome: "used", readable: true });
        worker.onerror = () => reject(["NetworkError", "error event"]);
      }).catch((error) => {
        throw Array.isArray(error) ? error : [error.name, error.message];
      }),
    step,
  );
