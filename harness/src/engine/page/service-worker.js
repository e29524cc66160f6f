// navigator.serviceWorker.register(): https://w3c.github.io/ServiceWorker/#navigator-service-worker-register
//
// allowed: the worker is registered, so its script ran; it is unregistered at once. blocked and refused: the promise is
// rejected. A worker of another origin is not requested at all.
initiators["service-worker"] = (step) =>
  inDocument(
    async ({ url }) => {
      try {
        const registration = await navigator.serviceWorker.register(url);
        await registration.unregister();
        return { outcome: "used", readable: true };
      } catch (error) {
        throw [error.name, error.message];
      }
    },
    step,
  );
