// Draws the view that the address names, whenever it changes.
"use strict";

const views = [
  ["#/", "Overview", overview],
  ...(data.comparison ? [["#/comparison", "Comparison", comparison]] : []),
  ["#/findings", `Findings (${distinctFindings().length})`, findings],
  ["#/matrix", "Cases and engines", matrix],
  ...(comparedCases.size > 1 ? [["#/initiators", "Initiators", initiators]] : []),
  ["#/grid", "Policies", grids],
  ["#/changes", "Changes", changes],
];

function view(hash) {
  const [, name, ...rest] = hash.split("/");
  // An id has slashes, which a link that was written by hand need not encode.
  const id = decodeURIComponent(rest.slice(name === "row" ? 2 : 0).join("/"));
  if (name === "row") return rowView(rest[0], Number(rest[1]), id);
  if (name === "case") return caseView(id);
  if (name === "grid" && id) return grid(id);
  const known = views.find(([address]) => address === hash) ?? views[0];
  return known[2]();
}

function draw() {
  const hash = location.hash || "#/";
  const main = document.querySelector("main");
  main.replaceChildren(...[view(hash)].flat(Infinity).filter((part) => part !== null && part !== undefined));
  for (const entry of document.querySelectorAll("nav a")) {
    const own = entry.getAttribute("href");
    if (hash === own || (own !== "#/" && hash.startsWith(`${own}/`))) entry.setAttribute("aria-current", "page");
    else entry.removeAttribute("aria-current");
  }
}

document.querySelector("nav").replaceChildren(...views.map(([address, name]) => link(address, name)));
addEventListener("hashchange", () => {
  draw();
  scrollTo(0, 0);
  document.querySelector("main").focus({ preventScroll: true });
});
draw();
document.documentElement.dataset.drawn = "true";
