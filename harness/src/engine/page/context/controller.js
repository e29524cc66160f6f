// The script of a service worker that answers the requests of its document with what `respond` makes. Where that is
// nothing, and for the requests of the harness, the browser sends the request itself.
self.oninstall = () => self.skipWaiting();
self.onactivate = (event) => event.waitUntil(self.clients.claim());

// URL without fragment → the methods of its `fetch` events.
const received = new Map();
const makeResponse = (methods) => new Response(methods.join(", "));

// The response of a cache, which `store` fills first if it has none for the URL.
const stored = async (url, store) => {
  const cache = await caches.open(self.registration.scope);
  if (!(await cache.match(url))) await store(cache);
  return cache.match(url);
};

self.onfetch = (event) => {
  const { hostname, pathname } = new URL(event.request.url);
  if (hostname.endsWith(".cors-harness.test") || pathname.startsWith("/.cors-harness/")) return;
  const [url] = event.request.url.split("#");
  const methods = [...(received.get(url) ?? []), event.request.method];
  received.set(url, methods);
  const response = respond(event.request, methods);
  if (response !== undefined) event.respondWith(response);
};
