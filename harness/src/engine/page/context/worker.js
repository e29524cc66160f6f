// The script of a worker. It tells its origin when it is there and when it is asked for it, and plays rows.
// A dedicated worker and a service worker get messages themselves, and a shared worker through its ports.
const hear = (page, data) => {
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
    page.onmessage = ({ data }) => hear(page, data);
    hear(page, {});
  };
} else if ("clients" in self) {
  self.onmessage = (event) => event.waitUntil(Promise.resolve(hear(event.source, event.data)));
} else {
  self.onmessage = ({ data }) => hear(self, data);
  hear(self, {});
}
