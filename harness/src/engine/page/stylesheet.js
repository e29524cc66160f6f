// <link rel="stylesheet">: https://html.spec.whatwg.org/#link-type-stylesheet
//
// allowed: `load` fires, and script reads `cssRules`. opaque: `load` fires, and reading `cssRules` throws: the
// origin-clean flag of the style sheet is unset. blocked and refused: `error` fires.
initiators["stylesheet"] = ({ url, crossorigin, referrerPolicy }) =>
  new Promise((resolve, reject) => {
    const link = element("link", { rel: "stylesheet", crossOrigin: crossorigin, referrerPolicy });
    link.onload = () => {
      const result = used(() => link.sheet.cssRules.length);
      link.remove();
      resolve(result);
    };
    link.onerror = () => {
      link.remove();
      reject(errorEvent());
    };
    link.href = url;
    document.head.append(link);
  });
