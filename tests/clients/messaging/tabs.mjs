// tabs.mjs PATH: does in tabs of one browser what lines of JSON say; each answers a line.
import { createInterface } from "node:readline";
import { launch } from "./browser.mjs";

const browser = await launch(process.argv[2]);
const tabs = {};

const steps = {
  async open({ tab, url }) {
    tabs[tab] = await browser.newPage({ viewport: { width: 480, height: 560 } });
    await tabs[tab].goto(url);
  },
  fill: ({ tab, label, text }) => tabs[tab].locator(`input[aria-label="${label}"]`).fill(text),
  click: ({ tab, name }) => tabs[tab].getByRole("button", { name }).click(),
  sees: ({ tab, role, text }) => tabs[tab].getByRole(role).getByText(text, { exact: true }).first().waitFor(),
  misses: ({ tab, role, text }) =>
    tabs[tab].getByRole(role).getByText(text, { exact: true }).waitFor({ state: "detached" }),
  texts: ({ tab, role }) => tabs[tab].getByRole(role).allInnerTexts(),
  screenshot: ({ tab, path }) => tabs[tab].screenshot({ path }).then(() => path),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { number, step, ...facts } = JSON.parse(line);
  const told = (answer) => console.log(JSON.stringify({ number, ...answer }));
  await steps[step](facts).then(
    (result) => told({ result: result ?? null }),
    (error) => told({ error: `${error.stack}` }),
  );
}
await browser.close();
