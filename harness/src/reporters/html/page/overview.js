// The first view: the worst findings, the engines of the run, what failed, and departures that are known.
"use strict";

const failing = report.matrix.filter((line) =>
  Object.values(line.snapshots).some((snapshot) => snapshot !== "match"));

function overview() {
  const seconds = (name) => {
    const times = report.times.find((times) => times.engine === name);
    return times ? `${(times.wall / 1000).toFixed(1)} s` : "";
  };
  const lines = report.engines.map(({ name, version }) => {
    const own = results.filter((result) => result.engine === name);
    const failed = failing.filter((line) => line.snapshots[name] && line.snapshots[name] !== "match");
    return [name, version, String(new Set(own.map((result) => result.case)).size), String(own.length), String(failed.length), seconds(name)];
  });
  return [
    worstFindings(),
    make("h2", {}, "Engines"),
    table(["engine", "version", "cases", "rows", "failed", "time"], lines, "Engines"),
    make("h2", {}, "Failed"),
    failing.length === 0
      ? make("p", {}, "Every case is as recorded.")
      : table(["case", "engines"], failing.map(failed), "Failed cases"),
    report.not_run.map(({ case: id, engine, reason }) =>
      make("p", {}, `${id} could not be run on ${engine}: `, prose(reason))),
    make("h2", {}, "Known departures"),
    departures(),
  ];
}

// The first findings of the list, which has the most severe ones first.
function worstFindings() {
  const all = findingsBySeverity().flatMap(([, of]) => of);
  const shown = all.slice(0, 5);
  const rest = all.length - shown.length;
  return all.length === 0 ? null : [
    make("h2", {}, "Findings"),
    make("ul", { id: "worst" }, shown.map(({ finding }) =>
      make("li", {}, word(finding.severity), ": ", prose(`${finding.sentence}.`)))),
    make("p", {}, link("#/findings", rest > 0 ? `${plural(rest, "more finding")}, and all repairs` : "All findings with their repairs")),
  ];
}

function failed(line) {
  const words = Object.entries(line.snapshots)
    .filter(([, snapshot]) => snapshot !== "match")
    .map(([engine, snapshot]) => {
      const state = snapshot === "not-compared" ? line.engines[engine] : snapshot;
      return make("div", {}, `${engine}: `, word(state));
    });
  return [[link(caseAddress(line.case), line.case), make("div", { class: "muted" }, prose(cases[line.case]?.name ?? ""))], words];
}

// Each departure once, with the rows that have it.
function departures() {
  const known = new Map();
  for (const result of results) {
    if (!result.known) continue;
    const key = JSON.stringify([result.engine, result.known]);
    if (!known.has(key)) known.set(key, { engine: result.engine, known: result.known, rows: [] });
    known.get(key).rows.push(result);
  }
  if (known.size === 0) return make("p", {}, "There are none.");
  const lines = [...known.values()].map(({ engine, known: { kind, because, link: url }, rows }) => [
    engine,
    kind,
    [prose(because), url ? [" ", outside(url)] : null],
    link(address(rows[0]), plural(rows.length, "row")),
  ]);
  return table(["engine", "kind", "why", "rows"], lines, "Known departures");
}
