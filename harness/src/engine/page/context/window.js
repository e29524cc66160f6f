// The script of a document that another one opened. It tells its origin when it is there and when it is asked for it, and
// plays rows.
{
  const page = { postMessage: (data) => opener.postMessage(data, "*") };
  const tellOrigin = () => page.postMessage({ origin: self.origin });
  onmessage = ({ source, data }) => {
    if (source !== opener) return;
    if (data.script === undefined) return tellOrigin();
    new Function(data.script)(...data.arguments, (seen) => page.postMessage({ seen }));
  };
  tellOrigin();
}
