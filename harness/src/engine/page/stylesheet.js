// <link rel="stylesheet">: https://html.spec.whatwg.org/#link-type-stylesheet
//
// allowed: `load` fires, and script reads `cssRules`. opaque: `load` fires, and reading `cssRules` throws: the
// origin-clean flag of the style sheet is unset. blocked and refused: `error` fires.
initiators["stylesheet"] = ({ url, crossorigin, referrerPolicy, integrity }) =>
  loadedLink({ rel: "stylesheet", crossOrigin: crossorigin, referrerPolicy, integrity }, url, (link) =>
    used(() => link.sheet.cssRules.length),
  );
