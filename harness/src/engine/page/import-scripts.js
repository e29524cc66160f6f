// importScripts(): https://html.spec.whatwg.org/#dom-workerglobalscope-importscripts
//
// The script has to throw an error, as `content: script` does. allowed: the worker catches that error. opaque: the script
// ran, and its errors are muted, so the worker catches a NetworkError. blocked and refused: the call throws, and the
// script did not run.
initiators["import-scripts"] = async ({ url }) => {
  delete self.ran;
  try {
    importScripts(url);
    return undecided("the script threw no error");
  } catch (error) {
    if (!("ran" in self)) throw error;
    return { outcome: "used", readable: error.message === "cors-harness" };
  }
};
