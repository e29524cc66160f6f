// Runs in the document of a worker, and plays rows in the worker.
// Arguments: the script of the rows, and what it takes.
const [script, plays, deadline, token, done] = arguments;
const channel = new BroadcastChannel("cors-harness");
channel.onmessage = ({ data }) => {
  if (data.seen === undefined) return;
  channel.close();
  if (plays.every(({ step_groups, groups }) => groups.end === step_groups.length)) console.debug(token);
  done(data.seen);
};
channel.postMessage({ script, arguments: [plays, deadline, token] });
