// <link rel="preload">: https://html.spec.whatwg.org/#link-type-preload
//
// opaque: `load` fires. Script reads nothing of a preload, whatever CORS allows. blocked and refused: `error` fires.
initiators["preload"] = ({ url, as, crossorigin, referrerPolicy }) =>
  new Promise((resolve, reject) => {
    const link = element("link", { rel: "preload", as, crossOrigin: crossorigin, referrerPolicy });
    link.onload = () => {
      link.remove();
      resolve({ outcome: "used", readable: false });
    };
    link.onerror = () => {
      link.remove();
      reject(errorEvent());
    };
    link.href = url;
    document.head.append(link);
  });
