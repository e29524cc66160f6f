// The script of a document whose opener closes itself when the document is loaded. It plays rows once the opener is closed, and
// is closed with the page that opened the opener.
{
  const nextTask = () =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = resolve;
      port2.postMessage(null);
    });
  const closed = async () => {
    opener.postMessage(null, "*");
    while (opener !== null && !opener.closed) await nextTask();
  };
  new BroadcastChannel("cors-harness").onmessage = ({ data }) => data.close && close();
  playThroughChannel(closed());
}
