// The sequence of messages of a row as SVG: page, browser and servers. Preflights are dashed, what failed is red.
"use strict";

const svg = (tag, attributes = {}, ...children) => {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
};

const originOf = (url) => {
  try { return new URL(url).origin; } catch { return url; }
};

const short = (text, length) => text.length > length ? `${text.slice(0, length - 1)}…` : text;

// The texts of the arrows, in order. The model sends nothing: its messages are the requests that it makes.
function messages(result) {
  return result.steps.flatMap((step, place) => {
    const own = result.exchanges.filter((exchange) => exchange.step === place);
    const exchanges = own.length > 0 ? own : ofTheModel(step);
    const sent = exchanges.flatMap((exchange) => onTheWire(exchange, decisive(step, exchanges, exchange)));
    const reads = step.read === "allowed" ? `response ${step.response?.status ?? ""}` : (step.read ?? "inconclusive");
    const stage = step.why && !reasons[step.why.reason]?.header ? reasons[step.why.reason]?.sentence : null;
    const fails = ["blocked", "refused"].includes(step.read);
    return [
      { from: "page", to: "browser", text: step.step },
      ...sent,
      { from: "browser", to: "page", text: short(stage && fails ? `${reads}: ${stage}` : reads, 60), fails },
    ];
  });
}

function onTheWire(exchange, header) {
  const [method, url] = exchange.request.split(" ");
  const server = originOf(url);
  const dashed = isPreflight(exchange);
  const path = url.slice(server.length);
  const line = header && exchange.reply?.headers.find(([name]) => name.toLowerCase() === header);
  const failing = header ? (line ? `, ${line[0]}: ${line[1]}` : `, no ${header}`) : "";
  return [
    { from: "browser", to: server, text: `${dashed ? "preflight " : ""}${method} ${path}`, dashed },
    exchange.reply
      ? { from: server, to: "browser", text: `${exchange.reply.status}${failing}`, dashed, fails: Boolean(header) }
      : { from: server, to: "browser", text: "no response", dashed, fails: true },
  ];
}

function ofTheModel({ preflights, requests }) {
  const asked = preflights.map(({ url, method, answer }) =>
    ({ request: `OPTIONS ${url}`, headers: [["access-control-request-method", method]], reply: answer }));
  return [...asked, ...requests.map(({ method, url, answer }) =>
    ({ request: `${method} ${url}`, headers: [], reply: answer }))];
}

function picture(result) {
  const all = messages(result);
  const servers = [...new Set(all.flatMap(({ from, to }) => [from, to]))].filter((name) => name !== "page" && name !== "browser");
  const names = ["page", "browser", ...servers];
  const [gap, step, top] = [300, 44, 56];
  const x = (name) => 110 + names.indexOf(name) * gap;
  const [width, height] = [220 + (names.length - 1) * gap, top + all.length * step + 24];
  const heads = names.map((name) => [
    svg("text", { x: x(name), y: 24, "text-anchor": "middle" }, short(name === "browser" ? result.engine : name, 38)),
    svg("line", { class: "life", x1: x(name), x2: x(name), y1: 36, y2: height - 8 }),
  ]);
  const arrows = all.map(({ from, to, text, dashed, fails }, place) => {
    const [start, end, y] = [x(from), x(to), top + place * step + 24];
    const side = end > start ? -1 : 1;
    return svg("g", { class: fails ? "fails" : "" },
      svg("text", { x: (start + end) / 2, y: y - 7, "text-anchor": "middle" }, svg("title", {}, text), short(text, Math.abs(end - start) > gap ? 80 : 46)),
      svg("line", { class: dashed ? "arrow dashed" : "arrow", x1: start, x2: end + side * 8, y1: y, y2: y }),
      svg("path", { class: "head", d: `M${end},${y} l${side * 10},-5 v10 z` }));
  });
  const words = all.map(({ from, to, text }) => `${from} to ${to}: ${text}`).join("; ");
  return svg("svg", { class: "picture", viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": words }, heads, arrows);
}
