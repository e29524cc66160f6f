// new Worker(): https://html.spec.whatwg.org/#dom-worker
//
// The script has to post a message, as `content: worker` does. allowed: the page receives it. blocked and refused:
// `error` fires, or the constructor throws. A worker of another origin is not requested at all.
initiators["worker"] = (step) =>
  inDocument(
    ({ url }) =>
      new Promise((resolve, reject) => {
        const worker = new Worker(url);
        worker.onmessage = () => {
          worker.terminate();
          resolve({ outcome: "used", readable: true });
        };
        worker.onerror = (event) => {
          event.preventDefault();
          reject(["NetworkError", "error event"]);
        };
      }).catch((error) => {
        throw Array.isArray(error) ? error : [error.name, error.message];
      }),
    step,
  );
