// import(): https://html.spec.whatwg.org/#hostimportmoduledynamically
//
// allowed: script has the exports of the module. blocked and refused: the promise is rejected. There is no opaque
// module. A classic script of the document makes the call, because the script that a driver puts in has no base URL
// for modules in every browser.
initiators["import"] = ({ url }) =>
  new Promise((resolve, reject) => {
    const script = element("script", {});
    script.dataset.url = url;
    script.textContent = `{
      const script = document.currentScript;
      const tell = (type, detail) => script.dispatchEvent(new CustomEvent(type, { detail }));
      import(script.dataset.url).then(
        (module) => tell("imported", String(module.default)),
        (error) => tell("failed", String(error.message)),
      );
    }`;
    script.addEventListener("imported", () => resolve({ outcome: "used", readable: true }));
    script.addEventListener("failed", ({ detail }) => reject(new DOMException(detail, "TypeError")));
    document.head.append(script);
  });
