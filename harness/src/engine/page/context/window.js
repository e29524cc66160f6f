// The script of a document that another one opened. It reports its origin when it is loaded and on request, and plays rows.
{
  const page = { postMessage: (data) => opener.postMessage(data, "*") };
  const reportOrigin = () => page.postMessage({ origin: self.origin });
  onmessage = ({ source, data }) => {
    if (source !== opener) return;
    if (data.script === undefined) return reportOrigin();
    new Function(data.script)(...data.arguments, (seen) => page.postMessage({ seen }));
  };
  reportOrigin();
}
