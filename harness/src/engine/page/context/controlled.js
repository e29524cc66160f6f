// The script of a document that a service worker controls. It plays rows once it is controlled.
{
  const container = navigator.serviceWorker;
  const controlled = new Promise((resolve) => {
    const settle = () => container.controller && resolve();
    container.oncontrollerchange = settle;
    settle();
  });
  container.register("worker");
  playThroughChannel(controlled);
}
