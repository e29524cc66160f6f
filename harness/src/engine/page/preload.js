// <link rel="preload">: https://html.spec.whatwg.org/#link-type-preload
//
// opaque: `load` fires. Script reads nothing of a preload, whatever CORS allows. blocked and refused: `error` fires.
initiators["preload"] = ({ url, as, crossorigin, referrerPolicy }) =>
  loadedLink({ rel: "preload", as, crossOrigin: crossorigin, referrerPolicy }, url, () => ({
    outcome: "used",
    readable: false,
  }));
