// import() with the type `json`: https://html.spec.whatwg.org/#fetch-a-single-module-script
//
// allowed: script has the default export. blocked and refused: the promise is rejected. There is no opaque module.
initiators["json-module"] = (step) =>
  inDocument(
    ({ url }) =>
      import(url, { with: { type: "json" } }).then(
        () => ({ outcome: "used", readable: true }),
        (error) => {
          throw [error.name, error.message];
        },
      ),
    step,
  );
