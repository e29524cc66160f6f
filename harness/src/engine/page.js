// Runs in the page. Takes rows and their steps, and gives what script saw of each step.
// The scripts of the initiators come before it and add themselves to `initiators`; see `page.rs`.
// Arguments: the plays, milliseconds a step may take, a text to log at the end, WebDriver's callback.
// A play has all groups of calls of a row, and says which of them are played now: the others are played earlier or later.
const [plays, deadline, token, done] = arguments;

const present = (options) =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null));

const makeBody = {
  text: (text) => text,
  "url-search-params": (text) => new URLSearchParams(text),
  "form-data": (text) => {
    const form = new FormData();
    for (const [name, value] of new URLSearchParams(text)) form.append(name, value);
    return form;
  },
  blob: (text, type) => new Blob([text], present({ type })),
  stream: (text) => new Blob([text]).stream(),
};

// For the scripts of the initiators.

const bodyOf = ({ body, bodyAs, blobType }) => (body === null ? null : makeBody[bodyAs](body, blobType));

const makeHeaders = {
  pairs: (lines) => lines,
  record: (lines) => Object.fromEntries(lines),
  headers: (lines) => new Headers(lines),
};

// Requests a URL of the harness, and resolves once it is answered.
const notify = (url) => fetch(url, { mode: "no-cors", cache: "no-store", credentials: "omit" });

// Resolves once a server has received the request during which a call is aborted.
const isReceived = ({ watch }) => notify(watch);

// An element with these properties; `null` leaves one alone.
const element = (name, properties) => Object.assign(document.createElement(name), present(properties));

const errorEvent = () => new DOMException("error event", "NetworkError");

// Adds a <link> with these properties. Once it has loaded, gives what `read` returns of it.
const loadedLink = (properties, url, read) =>
  new Promise((resolve, reject) => {
    const link = element("link", properties);
    link.onload = () => {
      const result = read(link);
      link.remove();
      resolve(result);
    };
    link.onerror = () => {
      link.remove();
      reject(errorEvent());
    };
    link.href = url;
    document.head.append(link);
  });

// The response was used. Script can read it if `read` does not throw a SecurityError.
const used = (read) => {
  try {
    read();
    return { outcome: "used", readable: true };
  } catch (error) {
    if (error.name !== "SecurityError") throw error;
    return { outcome: "used", readable: false };
  }
};

// An element of SVG with these attributes; `null` leaves one out.
const svgElement = (name, attributes) => {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(present(attributes))) made.setAttribute(key, value);
  return made;
};

// A pixel of what a canvas can show. It throws a SecurityError where the canvas is tainted.
const pixelOf = (source) => {
  const context = element("canvas", { width: 1, height: 1 }).getContext("2d");
  context.drawImage(source, 0, 0, 1, 1);
  return context.getImageData(0, 0, 1, 1);
};

// Releases the decoder of an element, of which WebKit has a limited number:
// https://html.spec.whatwg.org/#best-practices-for-authors-using-media-elements
const releaseMedia = (media) => {
  media.onerror = null;
  media.removeAttribute("src");
  media.load();
};

// A name that nothing else on the page has.
const uniqueName = () => `name-${crypto.getRandomValues(new Uint32Array(4)).join("-")}`;

// The font of `content: font`: script reads how wide it makes a letter.
const usedFont = (family) => {
  const text = element("span", { textContent: "A" });
  text.style.cssText = `position: absolute; font: 20px ${family}`;
  document.body.append(text);
  const { width } = text.getBoundingClientRect();
  text.remove();
  return width === 100 ? { outcome: "used", readable: true } : undecided(`the letter is ${width} px wide`);
};

// The next rendering update, in which the browser shows what it has decoded.
const rendered = () => new Promise(requestAnimationFrame);

// The entry of a URL without its fragment in the performance timeline, once the browser has finished loading it. `null` where there is none
// after so many rendering updates: WebKit has no entry of a request that failed.
const timed = (url) =>
  new Promise(async (resolve) => {
    const [href] = new URL(url).href.split("#");
    const end = (entry) => {
      observer.disconnect();
      resolve(entry);
    };
    const observer = new PerformanceObserver((list) => list.getEntries().filter(({ name }) => name.split("#")[0] === href).forEach(end));
    observer.observe({ type: "resource" });
    for (let update = 0; update < 240; update += 1) await rendered();
    end(null);
  });

// Whether something is shown, at the latest so many rendering updates after the browser has finished loading it.
const isShown = async (condition) => {
  for (let update = 0; update < 60 && !condition(); update += 1) await rendered();
  return condition();
};

// Performs a step with a script of the document itself: the script that a driver puts in can have another principal or
// base URL. `perform` is separate. It throws an array of the name and the message of an error.
const inDocument = (perform, step) =>
  new Promise((resolve, reject) => {
    const script = element("script", {});
    script.dataset.step = JSON.stringify(step);
    script.textContent = `{
      const script = document.currentScript;
      const tell = (type, value) => script.dispatchEvent(new CustomEvent(type, { detail: JSON.stringify(value) }));
      (${perform})(JSON.parse(script.dataset.step)).then((seen) => tell("seen", seen), (error) => tell("threw", error));
    }`;
    script.addEventListener("seen", ({ detail }) => resolve(JSON.parse(detail)));
    script.addEventListener("threw", ({ detail }) => {
      const [name, message] = JSON.parse(detail);
      reject(new DOMException(message, name));
    });
    document.head.append(script);
  });

// Opens a window for a URL, or for the response to a form with these pairs, and waits until its document posts a message.
const shownInWindow = (step) =>
  inDocument(
    ({ url, enctype, pairs }) =>
      new Promise((resolve, reject) => {
        const name = `name-${crypto.getRandomValues(new Uint32Array(4)).join("-")}`;
        const opened = open(pairs === undefined ? url : "about:blank", name);
        if (opened === null) return reject(["NotAllowedError", "no window was opened"]);
        const receive = ({ source }) => {
          if (source !== opened) return;
          removeEventListener("message", receive);
          let readable = true;
          try {
            opened.document;
          } catch {
            readable = false;
          }
          opened.close();
          resolve({ outcome: "used", readable });
        };
        addEventListener("message", receive);
        if (pairs === undefined) return;
        const form = document.createElement("form");
        Object.assign(form, { action: url, method: "post", target: name });
        if (enctype !== null) form.enctype = enctype;
        for (const [name, value] of pairs) {
          form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
        }
        document.body.append(form);
        form.submit();
        form.remove();
      }),
    step,
  );

// What happened does not show how much script can read.
const undecided = (message) => ({ outcome: "undecided", message });

// A deadline, not a wait: the timer only decides for a call that does not settle by itself.
async function settle(call, span) {
  let timer;
  span.push(performance.now());
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, deadline, { outcome: "unsettled" });
  });
  try {
    return await Promise.race([initiators[call.initiator](call), late]);
  } catch (error) {
    return { outcome: "threw", name: error.name, message: String(error.message) };
  } finally {
    clearTimeout(timer);
    span.push(performance.now());
  }
}

// Tells the servers that a group of calls has settled: what arrives later belongs to the next
// group. It also shows that servers can be reached from here if nothing else was sent.
async function mark(url, span) {
  span.push(performance.now());
  try {
    await fetch(url, { mode: "no-cors", cache: "no-store", credentials: "omit" });
  } catch {
    // The marker is then missing in the servers' log, which is where the harness looks for it.
  }
  span.push(performance.now());
}

// Script has the whole response, so the call makes no more requests.
const isAnswered = ({ outcome, type }) => outcome === "response" && type !== "error";

// Between the calls of one group and those of the next, the page also logs a text: messages of the
// browser before it are about this group or an earlier one.
async function play({ step_groups, needs_marker, marker, groups: { start, end } }) {
  const seen = [];
  // When each call was made and had settled, and when the marker was sent and answered, on the
  // page's clock.
  const times = [];
  for (const [place, calls] of step_groups.slice(start, end).entries()) {
    const number = start + place;
    const spans = { calls: calls.map(() => []), mark: [] };
    const group = await Promise.all(calls.map((call, index) => settle(call, spans.calls[index])));
    seen.push(group);
    times.push(spans);
    const more = number + 1 < step_groups.length;
    const divides = more && (needs_marker[number] || !group.every(isAnswered));
    if (divides || group.some(({ outcome }) => outcome === "threw")) await mark(marker + number, spans.mark);
    if (more) console.debug(`${token} ${marker}${number}`);
    if (group.some(({ outcome }) => outcome === "unsettled")) break;
  }
  return { step_groups: seen, times };
}

// Messages of the browser about these calls come before this.
Promise.all(plays.map(play)).then((seen) => {
  if (plays.every(({ step_groups, groups }) => groups.end === step_groups.length)) console.debug(token);
  done(seen);
});
