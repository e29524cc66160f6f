// One row on one engine: its picture, what the standard says, what the browser says, and the wire.
"use strict";

function rowView(engine, number, id) {
  const row = [...(rowsOfCases.get(id)?.values() ?? [])][number - 1];
  const result = row?.on[engine];
  if (!result) return [make("h2", {}, "There is no such row"), make("p", {}, `${id}, row ${number}, on ${engine}`)];
  const others = Object.keys(row.on).filter((other) => other !== engine);
  const version = report.engines.find(({ name }) => name === engine)?.version ?? "";
  return [
    make("h2", {}, link(caseAddress(id), id), ` on ${engine} ${version}`),
    make("p", {}, prose(cases[id]?.name ?? "")),
    make("p", {}, make("code", {}, values(result.row) || "the only row"), " ", word(status(result))),
    make("p", { class: "muted" }, `${result.case_file}:${result.line}`,
      result.duration === null ? "" : `, ${result.duration} ms`,
      others.length > 0 ? [", the same on ", others.map((other, place) => [place > 0 ? ", " : "", link(address(row.on[other]), other)])] : null),
    make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Sequence of messages" }, picture(result)),
    result.steps.map((step, place) => stepPanel(result, step, place)),
    result.was !== null && result.snapshot === "differs" ? [make("h3", {}, "Changed"), wasAndIs(result)] : null,
    aside(result),
    make("h3", {}, "On the wire"),
    result.exchanges.length === 0 ? make("p", {}, engine === "standard" ? "The model sends nothing." : "No request reached a server.") : null,
    result.exchanges.map((exchange) => wire(result, exchange)),
    result.exchanges.length > 0 ? [make("h3", {}, "Send it again"), make("pre", { tabindex: "0" }, curl(result))] : null,
  ];
}

function stepPanel(result, step, place) {
  const own = step.reasons.map(({ text, code, detail, agrees }) => make("li", {},
    text || code, detail ? ` (${detail})` : "",
    agrees === true ? " – the same reason" : agrees === false ? " – another reason than the standard's" : ""));
  const differences = result.differences.filter((difference) => difference.step === place);
  return make("section", { class: "panel" },
    make("h3", {}, `${place + 1}. `, make("code", {}, step.step), " ", word(step.read ?? "inconclusive")),
    step.inconclusive ? make("p", {}, prose(step.inconclusive)) : null,
    differences.length > 0 ? make("p", {}, `It ${result.verdict === "permitted" ? "uses a choice of the standard" : "departs from the standard"} in: ${differences.map(({ field }) => field).join(", ")}`) : null,
    make("div", { class: "two" },
      make("div", {}, make("h3", {}, "The standard"), ruling(step)),
      make("div", {}, make("h3", {}, "The browser"),
        step.words || own.length > 0 ? [step.words ? make("p", {}, step.words) : null, make("ul", {}, own)]
          : make("p", {}, prose(result.reasons_unavailable ?? "It says nothing.")))),
    step.response ? make("p", {}, `Script saw: status ${step.response.status}, headers: ${step.response.headers.join(", ") || "none"}`) : null,
    step.response?.body ? make("pre", { tabindex: "0" }, step.response.body.slice(0, 2000)) : null);
}

function ruling({ why, read }) {
  if (!why) return make("p", {}, read === "opaque" ? "Nothing of the response can be read." : "It does not deny the request.");
  const reason = reasons[why.reason];
  const stage = reasons[why.stage];
  return [
    make("p", {}, prose(`${stage?.sentence ?? ""} ${reason?.sentence ?? why.reason}`), why.value ? [" The value is ", make("code", {}, why.value), "."] : null),
    reason ? make("p", {}, outside(reason.link)) : null,
  ];
}

function aside(result) {
  const texts = [
    result.known ? `Known (${result.known.kind}): ${result.known.because}` : null,
    result.time,
    ...result.permitted.map(({ sentence }) => `Permitted: the browser ${sentence}`),
    ...result.engine_wide.map(({ what }) => `In every row: ${what}`),
    ...result.broken.map((rule) => `A rule that holds in every run is broken: ${rule}`),
    ...result.notes,
    result.repeated,
  ].filter(Boolean);
  const links = [result.known?.link, ...result.permitted.map((one) => one.link)].filter(Boolean);
  return texts.length + links.length === 0 ? null
    : [make("h3", {}, "Notes"), make("ul", {}, texts.map((text) => make("li", {}, prose(text))), links.map((url) => make("li", {}, outside(url))))];
}

// The header of the response that decides, if the step was denied because of one, and this is that response.
function decisive({ why } = {}, own, exchange) {
  const header = why ? reasons[why.reason]?.header : null;
  if (!header) return null;
  const last = why.stage === "cors-preflight" ? own.findLast(isPreflight) : own.at(-1);
  return last === exchange ? header : null;
}

const isPreflight = ({ request, headers }) =>
  request.startsWith("OPTIONS ") && headers.some(([name]) => /^access-control-request-method$/i.test(name));

function wire(result, exchange) {
  const { request, connection, alpn, headers, reply } = exchange;
  const own = result.exchanges.filter(({ step }) => step === exchange.step);
  const header = decisive(result.steps[exchange.step], own, exchange);
  const lines = (all, marked) => all.map(([name, value]) => {
    const line = `${name}: ${value}\n`;
    return name.toLowerCase() === marked ? make("mark", {}, line) : line;
  });
  const isMissing = header && reply && !reply.headers.some(([name]) => name.toLowerCase() === header);
  return make("pre", { tabindex: "0" },
    `${request}   (connection ${connection}, ${alpn ?? "http/1.1"})\n`, lines(headers, null), "\n",
    reply ? [`${reply.status} (${reply.body_length} bytes)\n`, lines(reply.headers, header),
      isMissing ? make("mark", {}, `There is no ${header}.\n`) : null] : "no response\n");
}

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

// Headers that curl writes by itself, or that say nothing about CORS.
const leftOut = /^(host|connection|accept-encoding|accept-language|user-agent|content-length|sec-.*|referer|priority|te|cache-control|pragma)$/i;

// The last request of a row as a command. Secrets are variables of the shell.
function curl(result) {
  const asked = result.exchanges.at(-1);
  const step = result.steps[0];
  const [method, url] = asked ? asked.request.split(" ") : (step?.step.split(" ").slice(-2) ?? []);
  if (!url) return "# Nothing was sent.";
  const origin = step?.requests[0]?.origin ?? step?.preflights[0]?.origin;
  const headers = asked ? asked.headers : origin ? [["Origin", origin]] : [];
  const lines = headers.filter(([name]) => !leftOut.test(name)).map(([name, value]) => {
    if (/^cookie$/i.test(name)) return '-H "Cookie: $COOKIE"';
    if (/^(proxy-)?authorization$/i.test(name)) return `-H "${name}: ${value.split(" ")[0]} $TOKEN"`;
    return `-H ${quoted(`${name}: ${value}`)}`;
  });
  const verb = /^(GET|fetch|xhr)$/.test(method) ? "" : ` -X ${method}`;
  return [`curl -i${verb} ${quoted(url)}`, ...lines].join(" \\\n  ");
}
