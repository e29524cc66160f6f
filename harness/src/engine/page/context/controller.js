// The script of a service worker that answers the requests of its document with what `respond` makes. The browser
// sends the requests of the harness itself.
self.oninstall = () => self.skipWaiting();
self.onactivate = (event) => event.waitUntil(self.clients.claim());
self.onfetch = (event) => {
  const { hostname, pathname } = new URL(event.request.url);
  const isOfTheHarness = hostname.endsWith(".cors-harness.test") || pathname.startsWith("/.cors-harness/");
  if (!isOfTheHarness) event.respondWith(respond(event.request));
};
