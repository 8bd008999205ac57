// site.mjs PACKAGES CHROMIUM FOLDER: reads {pages, queries} from stdin, and prints which pages of the site in FOLDER are wider
// than a phone, which errors they report, and what the search finds.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { extname, join } from "node:path";

const [packages, executablePath, folder] = process.argv.slice(2);
const { chromium } = createRequire(`${packages}/`)("playwright-core");
const { pages, queries } = JSON.parse(readFileSync(0, "utf8"));
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--no-first-run"] });
const types = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
const server = createServer(({ url }, response) => {
  const path = decodeURIComponent(new URL(url, "http://site").pathname);
  try {
    const content = readFileSync(join(folder, path));
    response.writeHead(200, { "content-type": types[extname(path)] ?? "application/octet-stream" }).end(content);
  } catch {
    response.writeHead(path === "/favicon.ico" ? 204 : 404).end();
  }
});
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const root = `http://127.0.0.1:${server.address().port}`;
const seen = { wide: [], problems: [], found: {} };

const page = await browser.newPage({ viewport: { width: 390, height: 844 }, colorScheme: "dark" });
page.on("console", (said) => said.type() === "error" && seen.problems.push(`${page.url()}: ${said.text()}`));
page.on("pageerror", (error) => seen.problems.push(`${page.url()}: ${error}`));
for (const name of pages) {
  await page.goto(`${root}/${name}`);
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  if (width > 390) seen.wide.push(`${name}: ${width}`);
}
for (const query of queries) {
  await page.goto(`${root}/search.html?q=${encodeURIComponent(query)}`);
  await page.waitForFunction(() => document.querySelector(".search-summary")?.textContent.match(/found|did not match/));
  const links = await page.locator("ul.search > li > a").evaluateAll((each) => each.map((link) => link.href));
  seen.found[query] = links.map((link) => link.replace(`${root}/`, "").replace(/[?#].*/, ""));
}
await browser.close();
server.close();
console.log(JSON.stringify(seen));
