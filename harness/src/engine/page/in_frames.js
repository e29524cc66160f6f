// Runs in a document with a frame for each row, and plays each row in its frame.
// Arguments: the script of the rows, the frame of each with its URL and origin, and what the script takes.
const [script, frames, plays, deadline, token, done] = arguments;

const documentsIn = (view) => [view, ...Array.from({ length: view.length }, (_, place) => documentsIn(view[place])).flat()];

const notPlayed = (words) => ({ step_groups: [], trouble: words });

// A deadline, not a wait: it only decides for a document that does not answer at once.
const inFrame = ({ url, origin }, row) =>
  new Promise((resolve) => {
    const finish = (seen) => {
      clearTimeout(late);
      removeEventListener("message", receive);
      resolve(seen);
    };
    const late = setTimeout(() => finish(notPlayed(`the page ${origin} did not load`)), deadline);
    const receive = ({ data }) => {
      const message = JSON.parse(data);
      if (message.row !== row) return;
      clearTimeout(late);
      if (message.seen !== undefined) finish(message.seen);
      else if (message.origin !== origin) finish(notPlayed(`the script would run in origin ${message.origin}, not in ${origin}`));
    };
    addEventListener("message", receive);
    const frame = document.querySelector(`iframe[src="${url}"]`);
    const call = JSON.stringify({ row, origin, script, values: [[plays[row]], deadline, token] });
    for (const view of documentsIn(frame.contentWindow)) view.postMessage(call, "*");
  });

Promise.all(frames.map(inFrame)).then(done);
