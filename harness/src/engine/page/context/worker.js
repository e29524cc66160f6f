// The script of a worker. It reports its origin when it is loaded and on request, and plays rows.
// A dedicated worker and a service worker get messages themselves, and a shared worker through its ports.
const handle = (page, data) => {
  if (data.script === undefined) return page.postMessage({ origin: self.origin });
  return new Promise((resolve) => {
    new Function(data.script)(...data.arguments, (seen) => {
      page.postMessage({ seen });
      resolve();
    });
  });
};
if ("onconnect" in self) {
  self.onconnect = ({ ports: [page] }) => {
    page.onmessage = ({ data }) => handle(page, data);
    handle(page, {});
  };
} else if ("clients" in self) {
  self.onmessage = (event) => event.waitUntil(Promise.resolve(handle(event.source, event.data)));
} else {
  self.onmessage = ({ data }) => handle(self, data);
  handle(self, {});
}
