// Findings of policies by severity, each with its repair and a command that shows it; and what has changed.
"use strict";

const severities = ["critical", "high", "medium", "low", "note"];

// Each finding once, with the engines that show it.
function distinctFindings() {
  const found = new Map();
  for (const finding of report.findings) {
    const key = JSON.stringify([finding.case, finding.name, finding.sentence]);
    if (!found.has(key)) found.set(key, { finding, engines: [] });
    found.get(key).engines.push(finding.engine);
  }
  return [...found.values()];
}

// Severities that have findings, the worst first, each with these.
function findingsBySeverity() {
  const all = distinctFindings();
  const groups = severities.map((severity) => [severity, all.filter(({ finding }) => finding.severity === severity)]);
  return groups.filter(([, of]) => of.length > 0);
}

function findings() {
  const shown = findingsBySeverity();
  return [
    make("h2", {}, "Findings"),
    shown.length === 0 ? make("p", {}, "There are no findings of policies.") : null,
    shown.map(([severity, of]) => [make("h3", {}, word(severity), ` (${of.length})`), of.map(onePanel)]),
  ];
}

function onePanel({ finding, engines: on }) {
  const row = rowOf(finding.case, finding.rows[0] ?? {});
  const result = row?.on[finding.engine];
  const [meaning] = help[finding.name] ?? [""];
  const { advice, responses, curl: command, stack } = finding.repair;
  return make("section", { class: "panel" },
    make("h3", {}, make("code", {}, finding.name)),
    make("p", {}, prose(`${finding.sentence}.`)),
    make("p", { class: "muted" }, prose(`${meaning} `), link(caseAddress(finding.case), finding.case), `, ${on.join(", ")}, `,
      result ? link(address(result), `first of ${plural(finding.rows.length, "row")}`) : plural(finding.rows.length, "row")),
    finding.notes.map((note) => make("p", {}, "Note: ", prose(note))),
    make("p", {}, make("strong", {}, "Repair: "), prose(advice)),
    responses.map(responseRepair),
    command ? make("pre", { class: "command", tabindex: "0" }, command) : null,
    stack ? make("details", {}, make("summary", {}, `The lines for ${stack.stack} (${stack.because})`),
      make("pre", { class: "stack", tabindex: "0" }, stack.lines)) : null);
}

// Lines to remove and lines to send, for one response.
function responseRepair({ request, origin, seen, status, remove, send }) {
  const lines = (sign, all) => all.map(([name, value]) => `${sign} ${name}: ${value}`);
  return [
    make("p", {}, "Response to ", make("code", {}, request), origin ? [" from ", make("code", {}, origin)] : null,
      seen ? ":" : ", which was not sent yet:"),
    make("pre", { class: "repair", tabindex: "0" },
      [...(status ? [`status ${status}`] : []), ...lines("-", remove), ...lines("+", send)].join("\n")),
  ];
}

// Rows that differ from their snapshot: of policies in words, of all cases line by line.
function changes() {
  const differing = results.filter((result) => result.was !== null && result.snapshot === "differs");
  return [
    make("h2", {}, "Changes of policies"),
    report.changes.length === 0 ? make("p", {}, "There are none.") : report.changes.map(change),
    make("h2", {}, "Rows that differ from their snapshot"),
    differing.length === 0 ? make("p", {}, "There are none.") : differing.map((result) =>
      make("section", { class: "panel" },
        make("h3", {}, link(address(result), `${result.case} ${values(result.row)}`), ` on ${result.engine}`),
        wasAndIs(result))),
  ];
}

function change({ case: id, engine, effect, severity, sentence, row, was, is }) {
  const line = (name, of) => make("pre", { class: name, tabindex: "0" },
    of ? `${name}: ${of.can} (${of.how}; the policy ${of.may ? "allows" : "does not allow"} it)` : `${name}: no such row`);
  const result = rowOf(id, row)?.on[engine];
  return make("section", { class: "panel" },
    make("h3", {}, word(severity), ` ${effect}`),
    make("p", {}, prose(`${sentence}.`)),
    make("p", { class: "muted" }, result ? link(address(result), `${id} ${values(row)}`) : `${id} ${values(row)}`, ` on ${engine}`),
    make("div", { class: "two" }, line("was", was), line("is", is)));
}

function wasAndIs(result) {
  const text = (lines) => lines.length === 0 ? "no such row"
    : lines.map((cells) => Object.entries(cells).map(([name, value]) => `${name}: ${value}`).join("\n")).join("\n\n");
  return make("div", { class: "two" },
    make("pre", { class: "was", tabindex: "0" }, `was\n${text(result.was)}`),
    make("pre", { class: "is", tabindex: "0" }, `is\n${text(result.is)}`));
}
