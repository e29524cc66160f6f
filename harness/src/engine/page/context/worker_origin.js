// Runs in the document of a worker. Whichever of them is there first asks or tells, and the other hears it.
const [done] = arguments;
const channel = new BroadcastChannel("cors-harness");
channel.onmessage = ({ data }) => {
  if (data.origin === undefined) return;
  channel.close();
  done(data.origin);
};
channel.postMessage({});
