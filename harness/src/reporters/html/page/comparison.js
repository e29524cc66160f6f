// Several runs side by side: what each shows of the same cases.
"use strict";

function comparison() {
  const { names, lines } = data.comparison;
  const cell = ({ id, words }) => words.map((text) => make("div", {}, id ? link(caseAddress(id), text) : text));
  return [
    make("h2", {}, "Comparison"),
    make("p", {}, "A line for each case and a column for each run: the findings of a policy, or the CORS headers of the last response."),
    table(["case", ...names], lines.map((line) => [make("code", {}, line.case), ...line.cells.map(cell)]), "Comparison"),
  ];
}
