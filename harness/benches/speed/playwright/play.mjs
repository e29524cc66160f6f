// The same rows as Playwright is used: a new context and a new page for each, one after another.
// Reads what to play as JSON from its input; prints milliseconds from the launched browser to the
// last row, milliseconds until it was launched, and how many fetches were read.
import { text } from "node:stream/consumers";
import { chromium } from "playwright-core";

const { executable, socks, rows } = JSON.parse(await text(process.stdin));

const fetchAll = async (calls) => {
  let good = 0;
  for (const { url, method, credentials, body } of calls) {
    const response = await fetch(url, { method, body, credentials: credentials ?? "same-origin" });
    await response.text();
    good += response.status === 200 ? 1 : 0;
  }
  return good;
};

const began = performance.now();
const browser = await chromium.launch({
  executablePath: executable,
  proxy: { server: `socks5://${socks}` },
});
const launched = performance.now();
let good = 0;
for (const { page: address, calls } of rows) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  await page.goto(address);
  good += await page.evaluate(fetchAll, calls);
  await context.close();
}
const ended = performance.now();
await browser.close();
console.log(JSON.stringify({ start: launched - began, rows: ended - launched, good }));
