// What the page is made of: the JSON document of the run, and the explanations of cases, reasons and findings.
"use strict";

// Says so where the page cannot be drawn.
function complain(words) {
  const trouble = document.getElementById("trouble");
  trouble.hidden = false;
  trouble.textContent = `This report cannot be shown: ${words}`;
}
addEventListener("error", ({ message }) => complain(message));
addEventListener("securitypolicyviolation", ({ blockedURI }) => complain(`it wants to load ${blockedURI}`));

const data = JSON.parse(document.getElementById("data").textContent);
const { report, cases, reasons, help } = data;
const results = report.results;
const engines = [...new Set(report.matrix.flatMap((line) => Object.keys(line.engines)))];

// Makes an element. Texts become text nodes, so no text of a server is parsed as HTML.
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

const link = (hash, ...children) => make("a", { href: hash }, ...children);
const outside = (url) => make("a", { href: url, rel: "noreferrer" }, url);
const choices = (all, own) => all.map((value) => make("option", { value, selected: value === own }, value));
const word = (text) => make("span", { class: `word ${text.split(" ")[0]}` }, text);
const plural = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

function table(headings, lines, caption) {
  const head = make("tr", {}, headings.map((heading) => make("th", { scope: "col" }, heading)));
  const body = lines.map((cells) => make("tr", {}, cells.map((cell) => make("td", {}, cell))));
  const whole = make("table", {}, make("thead", {}, head), make("tbody", {}, body));
  return make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption }, whole);
}

// A text with its code, which is written in backticks.
function prose(text) {
  const parts = text.split("`");
  return parts.length % 2 === 0 ? text : parts.map((part, place) => place % 2 === 1 ? make("code", {}, part) : part);
}

const values = (row) => Object.entries(row).map(([name, value]) => `${name}=${value}`).join(" ");

// Rows of a case, in the order of the case: each with its result on every engine.
const rowsOfCases = new Map();
for (const result of results) {
  if (!rowsOfCases.has(result.case)) rowsOfCases.set(result.case, new Map());
  const rows = rowsOfCases.get(result.case);
  const key = values(result.row);
  if (!rows.has(key)) rows.set(key, { number: rows.size, row: result.row, on: {} });
  rows.get(key).on[result.engine] = result;
  result.number = rows.get(key).number;
}

// How a row compares with the standard, or with its snapshot where the standard does not apply.
function status(result) {
  if (result.steps.some((step) => step.inconclusive) || result.verdict === "inconclusive") return "inconclusive";
  if (result.broken.length > 0) return "departs";
  if (result.was !== null && result.snapshot === "differs") return "differs";
  return result.verdict ?? (result.snapshot === "match" ? "recorded" : result.snapshot);
}

const address = (result) =>
  `#/row/${result.engine}/${result.number + 1}/${encodeURIComponent(result.case)}`;
const caseAddress = (id) => `#/case/${encodeURIComponent(id)}`;
const rowOf = (id, row) => rowsOfCases.get(id)?.get(values(row));
