// <link rel="modulepreload">: https://html.spec.whatwg.org/#link-type-modulepreload
//
// opaque: `load` fires. The module does not run, and script reads nothing of it. blocked and refused: `error` fires.
initiators["modulepreload"] = ({ url, crossorigin, referrerPolicy }) =>
  new Promise((resolve, reject) => {
    const link = element("link", { rel: "modulepreload", crossOrigin: crossorigin, referrerPolicy });
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
