// audioWorklet.addModule(): https://html.spec.whatwg.org/#dom-worklet-addmodule
//
// allowed: the promise is fulfilled: the module runs, and it is always fetched with CORS. blocked and refused: the
// promise is rejected, or the document has no worklets. There is no opaque module.
initiators["audio-worklet"] = (step) =>
  inDocument(
    async ({ url, credentials }) => {
      try {
        const context = new OfflineAudioContext(1, 1, 44100);
        await context.audioWorklet.addModule(url, credentials === null ? {} : { credentials });
        return { outcome: "used", readable: true };
      } catch (error) {
        throw [error.name, error.message];
      }
    },
    step,
  );
