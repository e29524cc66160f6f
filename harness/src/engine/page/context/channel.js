// For documents that play rows through a channel. They tell their origin when it is asked for, and play rows, once they are
// ready.
const playThroughChannel = (ready) => {
  const channel = new BroadcastChannel("cors-harness");
  channel.onmessage = async ({ data }) => {
    await ready;
    if (data.script === undefined) return channel.postMessage({ origin: self.origin });
    new Function(data.script)(...data.arguments, (seen) => channel.postMessage({ seen }));
  };
  // For a script that asked before the document was there.
  ready.then(() => channel.postMessage({ origin: self.origin }));
};
