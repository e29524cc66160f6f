// Runs in the document of a worker, and gets the origin that the worker reports when it is loaded or on request.
const [done] = arguments;
const channel = new BroadcastChannel("cors-harness");
channel.onmessage = ({ data }) => {
  if (data.origin === undefined) return;
  channel.close();
  done(data.origin);
};
channel.postMessage({});
