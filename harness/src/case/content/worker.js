// A shared worker has `onconnect`, and a dedicated one can post messages to its page.
if ("onconnect" in self) self.onconnect = ({ ports: [page] }) => page.postMessage("cors-harness");
else if (typeof postMessage === "function") postMessage("cors-harness");
