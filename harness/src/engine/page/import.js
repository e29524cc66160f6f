// import(): https://html.spec.whatwg.org/#hostimportmoduledynamically
//
// allowed: script has the exports of the module. blocked and refused: the promise is rejected. There is no opaque
// module.
initiators["import"] = (step) =>
  inDocument(
    ({ url }) =>
      import(url).then(
        () => ({ outcome: "used", readable: true }),
        (error) => {
          throw [error.name, error.message];
        },
      ),
    step,
  );
