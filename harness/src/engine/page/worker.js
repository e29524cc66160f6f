// The script of a dedicated worker. It tells its origin when it is there and when it is asked for it, and plays rows.
const channel = new BroadcastChannel("cors-harness");
channel.onmessage = ({ data }) => {
  if (data.script === undefined) return channel.postMessage({ origin: self.origin });
  new Function(data.script)(...data.arguments, (seen) => channel.postMessage({ seen }));
};
channel.postMessage({ origin: self.origin });
