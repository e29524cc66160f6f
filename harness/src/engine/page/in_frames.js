// Runs in a document with a frame for each row, and plays each row in its frame.
// Arguments: the script of the rows, the frame of each with its URL and origin, and what the script takes.
const [script, frames, plays, patience, token, done] = arguments;

const documentsIn = (view) => [view, ...Array.from({ length: view.length }, (_, place) => documentsIn(view[place])).flat()];

const notPlayed = (words) => ({ step_groups: [], trouble: words });

// A deadline, not a wait: it only decides for a document that does not answer at once.
const inFrame = ({ url, origin }, row) =>
  new Promise((resolve) => {
    const finish = (seen) => {
      clearTimeout(late);
      removeEventListener("message", hear);
      resolve(seen);
    };
    const late = setTimeout(() => finish(notPlayed(`the page ${origin} did not load`)), patience);
    const hear = ({ data }) => {
      const told = JSON.parse(data);
      if (told.row !== row) return;
      clearTimeout(late);
      if (told.seen !== undefined) finish(told.seen);
      else if (told.origin !== origin) finish(notPlayed(`the script would run in origin ${told.origin}, not in ${origin}`));
    };
    addEventListener("message", hear);
    const frame = document.querySelector(`iframe[src="${url}"]`);
    const message = JSON.stringify({ row, origin, script, values: [[plays[row]], patience, token] });
    for (const view of documentsIn(frame.contentWindow)) view.postMessage(message, "*");
  });

Promise.all(frames.map(inFrame)).then(done);
