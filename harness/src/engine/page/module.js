// <script type="module">: https://html.spec.whatwg.org/#the-script-element
//
// allowed: `load` fires: a module is always fetched with CORS, and its exports and errors are open to all scripts of
// the page. blocked and refused: `error` fires. There is no opaque module.
initiators["module"] = ({ url, crossorigin, referrerPolicy, integrity }) =>
  new Promise((resolve, reject) => {
    const script = element("script", { type: "module", crossOrigin: crossorigin, referrerPolicy, integrity });
    script.onload = () => resolve({ outcome: "used", readable: true });
    script.onerror = () => reject(errorEvent());
    script.src = url;
    document.head.append(script);
  });
