// <link rel="modulepreload">: https://html.spec.whatwg.org/#link-type-modulepreload
//
// opaque: `load` fires. The module does not run, and script reads nothing of it. blocked and refused: `error` fires.
initiators["modulepreload"] = ({ url, crossorigin, referrerPolicy, integrity }) =>
  loadedLink({ rel: "modulepreload", crossOrigin: crossorigin, referrerPolicy, integrity }, url, () => ({
    outcome: "used",
    readable: false,
  }));
