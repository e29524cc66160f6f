// The matrix of cases and engines with its filters, and the rows of one case.
"use strict";

const chosen = { text: "", engine: "", status: "" };

function matrix() {
  const words = [...new Set(report.matrix.flatMap((line) => Object.values(line.engines)))].sort();
  const body = make("tbody");
  const count = make("p", { class: "muted", role: "status", id: "count" });
  const draw = () => {
    const lines = report.matrix.filter(isChosen);
    body.replaceChildren(...lines.map(lineOf));
    count.textContent = `${lines.length} of ${plural(report.matrix.length, "case")}`;
  };
  const choose = (name) => (event) => {
    chosen[name] = event.target.value;
    draw();
  };
  const options = (all, own) => [make("option", { value: "" }, "all"),
    choices(all, own)];
  draw();
  const head = make("tr", {}, ["case", ...engines].map((name) => make("th", { scope: "col" }, name)));
  return [
    make("h2", {}, "Cases and engines"),
    make("form", { class: "filters", onsubmit: (event) => event.preventDefault() },
      make("label", {}, "Case contains", make("input", { type: "search", id: "text", value: chosen.text, oninput: choose("text") })),
      make("label", {}, "Engine", make("select", { id: "engine", onchange: choose("engine") }, options(engines, chosen.engine))),
      make("label", {}, "Status", make("select", { id: "status", onchange: choose("status") }, options([...words, "failing"], chosen.status)))),
    count,
    make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Cases and engines" },
      make("table", { id: "matrix" }, make("thead", {}, head), body)),
  ];
}

function isChosen(line) {
  const text = chosen.text.toLowerCase();
  const name = cases[line.case]?.name ?? "";
  if (!`${line.case} ${name}`.toLowerCase().includes(text)) return false;
  const on = chosen.engine ? [chosen.engine] : Object.keys(line.engines);
  const has = (engine) => {
    if (!line.engines[engine]) return false;
    if (chosen.status === "failing") return line.snapshots[engine] !== "match";
    return !chosen.status || line.engines[engine] === chosen.status;
  };
  return on.some(has);
}

function lineOf(line) {
  const cells = engines.map((engine) => {
    const state = line.engines[engine];
    if (!state) return make("td", { class: "muted" }, "–");
    const snapshot = line.snapshots[engine];
    const extra = snapshot === "match" || snapshot === "not-compared" ? null : [" ", make("span", { class: snapshot }, snapshot)];
    return make("td", {}, word(state), extra);
  });
  const name = make("div", { class: "muted" }, prose(cases[line.case]?.name ?? ""));
  return make("tr", {}, make("td", { class: "case" }, link(caseAddress(line.case), line.case), name), cells);
}

// The rows of a case on every engine.
function caseView(id) {
  const about = cases[id];
  if (!about) return [make("h2", {}, "There is no such case"), make("p", {}, id)];
  const rows = [...(rowsOfCases.get(id)?.values() ?? [])];
  const on = engines.filter((engine) => rows.some((row) => row.on[engine]));
  const lines = rows.map(({ row, on: played }) => [
    make("code", {}, values(row) || "the only row"),
    ...on.map((engine) => played[engine] ? link(address(played[engine]), word(status(played[engine])), ` ${summary(played[engine])}`) : "–"),
  ]);
  return [
    make("h2", {}, id),
    make("p", {}, prose(about.name)),
    make("p", { class: "muted" }, prose(about.because)),
    make("p", {}, make("code", {}, about.file), about.spec ? [" ", outside(`https://fetch.spec.whatwg.org/#${about.spec}`)] : null),
    about.policy ? make("p", {}, link(`#/grid/${encodeURIComponent(id)}`, "What each origin can do")) : null,
    table(["row", ...on], lines, "Rows"),
  ];
}

const summary = (result) => result.policy ? result.policy.can : result.steps.map((step) => step.read ?? "inconclusive").join(", ");

// Which origin can do what: with and without the user's login.
function grids() {
  const policies = Object.keys(cases).filter((id) => cases[id].policy);
  if (policies.length === 0) return [make("h2", {}, "Policies"), make("p", {}, "No policy was played.")];
  return [make("h2", {}, "Policies"), make("ul", {}, policies.map((id) =>
    make("li", {}, link(`#/grid/${encodeURIComponent(id)}`, id), make("div", { class: "muted" }, prose(cases[id].name)))))];
}

function grid(id) {
  const rows = [...(rowsOfCases.get(id)?.values() ?? [])];
  const on = engines.filter((engine) => rows.some((row) => row.on[engine]));
  return [make("h2", {}, link(caseAddress(id), id)), make("p", {}, prose(cases[id]?.name ?? "")), on.map((engine) => oneGrid(engine, rows))];
}

function oneGrid(engine, rows) {
  const requests = [...new Set(rows.map(({ row }) => row.request))];
  const origins = new Map();
  for (const { row, on } of rows) {
    const key = `${row.page} ${row.as}`;
    if (!origins.has(key)) origins.set(key, { page: row.page, as: row.as, cells: {} });
    const { cells } = origins.get(key);
    (cells[row.request] ??= []).push({ login: row.login, result: on[engine] });
  }
  const cell = (played = []) => played.filter(({ result }) => result).map(({ login, result }) => {
    const { may, can } = result.policy ?? { may: false, can: "" };
    const isWrong = may !== result.policy?.steps.some((step) => step.reads || step.sends);
    const title = `the policy ${may ? "allows" : "does not allow"} it`;
    return make("div", {}, login === "yes" ? "with login: " : "without: ",
      make("a", { href: address(result), class: isWrong ? "failing" : "", title }, can), isWrong ? ` (${title})` : "");
  });
  const lines = [...origins.values()].map(({ page, as, cells }) =>
    [[make("code", {}, page), make("div", { class: "muted" }, as)], ...requests.map((request) => cell(cells[request]))]);
  return [make("h3", {}, engine), table(["origin", ...requests], lines, `What each origin can do, ${engine}`)];
}
