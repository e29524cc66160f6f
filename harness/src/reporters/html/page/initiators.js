// One picture of all cases with the variables `context` and `answer`: who makes the request, where, and what the server answers.
"use strict";

const isCompared = ({ row }) => row.context !== undefined && row.answer !== undefined;
const comparedRows = [...rowsOfCases].flatMap(([id, rows]) => [...rows.values()].filter(isCompared).map((row) => ({ id, ...row })));
const comparedCases = new Set(comparedRows.map(({ id }) => id));

const letters = { allowed: "A", opaque: "O", blocked: "B", refused: "R" };
let comparedEngine = null;

function initiators() {
  const body = make("div");
  const draw = () => body.replaceChildren(initiatorPicture(comparedEngine));
  const on = engines.filter((engine) => comparedRows.some((row) => row.on[engine]));
  comparedEngine ??= on[0];
  const choose = (event) => {
    comparedEngine = event.target.value;
    draw();
  };
  draw();
  const keys = Object.entries(letters).map(([read, letter]) => [word(read), ` ${letter} `]);
  return [
    make("h2", {}, "Initiators"),
    make("p", {}, "What script gets of a response, for each initiator, context and CORS answer. Each letter links to its row. A line below it marks a departure from the standard."),
    make("p", {}, keys, make("span", { class: "muted" }, "· another read ? inconclusive – not played")),
    make("form", { class: "filters", onsubmit: (event) => event.preventDefault() },
      make("label", {}, "Engine", make("select", { id: "compared", onchange: choose },
        choices(on, comparedEngine)))),
    body,
  ];
}

// A line for each case and each value of its other variables; a column for each context and answer.
function initiatorPicture(engine) {
  const contexts = new Map();
  const lines = new Map();
  for (const { id, row, on } of comparedRows.filter((row) => row.on[engine])) {
    const { context, answer, ...rest } = row;
    if (!contexts.has(context)) contexts.set(context, new Set());
    contexts.get(context).add(answer);
    const key = `${id} ${values(rest)}`;
    if (!lines.has(key)) lines.set(key, { id, rest, cells: new Map() });
    lines.get(key).cells.set(`${context} ${answer}`, on[engine]);
  }
  const columns = [...contexts].flatMap(([context, answers]) => [...answers].map((answer, place) => ({ context, answer, isFirst: place === 0 })));
  const edge = ({ isFirst }, ...names) => [isFirst ? "first" : "", ...names].join(" ").trim();
  const head = [
    make("tr", {}, make("th", {}), [...contexts].map(([context, answers]) => make("th", { class: "first", scope: "colgroup", colspan: answers.size }, context))),
    make("tr", {}, make("th", { scope: "col" }, "initiator"), columns.map((column) => make("th", { class: edge(column, "upright"), scope: "col" }, column.answer))),
  ];
  const body = [...lines.values()].map(({ id, rest, cells }) => make("tr", {},
    make("th", { scope: "row" }, link(caseAddress(id), id.split("/").at(-1)), " ", make("span", { class: "muted" }, values(rest))),
    columns.map((column) => make("td", { class: edge(column) }, letter(cells.get(`${column.context} ${column.answer}`))))));
  return make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `Initiators, ${engine}` },
    make("table", { class: "initiators" }, make("thead", {}, head), make("tbody", {}, body)));
}

function letter(result) {
  if (!result) return make("span", { class: "muted" }, "–");
  const reads = result.steps.map((step) => step.read ?? "inconclusive");
  const read = reads.at(-1);
  const state = status(result);
  const departs = !["agrees", "recorded", "permitted"].includes(state);
  const sent = result.steps.flatMap((step) => [...step.preflights, ...step.requests]).map(({ method, origin, cookies }) =>
    `${method}, Origin: ${origin ?? "none"}, cookies: ${cookies.join(" ") || "none"}`);
  const title = [`${reads.join(", ")} (${state})`, ...sent].join("\n");
  // The rows of a case can be reached by keyboard from its page.
  return make("a", { href: address(result), tabindex: "-1", class: `${read} ${departs ? "departure" : ""}`.trim(), title },
    read === "inconclusive" ? "?" : letters[read] ?? "·");
}
