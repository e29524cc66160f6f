// audioWorklet.addModule(): https://html.spec.whatwg.org/#dom-worklet-addmodule
//
// allowed: the promise is fulfilled: the module runs, and it is always fetched with CORS. blocked and refused: the
// promise is rejected. There is no opaque module.
initiators["audio-worklet"] = (step) =>
  inDocument(
    ({ url, credentials }) => {
      const context = new OfflineAudioContext(1, 1, 44100);
      return context.audioWorklet.addModule(url, credentials === null ? {} : { credentials }).then(
        () => ({ outcome: "used", readable: true }),
        (error) => {
          throw [error.name, error.message];
        },
      );
    },
    step,
  );
