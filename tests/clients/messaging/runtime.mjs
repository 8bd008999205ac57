// runtime.mjs node | chromium PATH: plays the scenarios that arrive as lines of JSON, side by side; each answers a line.
import { createInterface } from "node:readline";
import { launch } from "./browser.mjs";

const node = async () => {
  globalThis.WebSocket = (await import("ws")).WebSocket;
  await import("./scenarios.mjs");
  return { play: globalThis.play, close() {} };
};

const chromium = async (path) => {
  const browser = await launch(path);
  const play = async (scenario, given) => {
    const page = await browser.newPage();
    try {
      await page.goto(given.server);
      return await page.evaluate(([name, values]) => globalThis.play(name, values), [scenario, given]);
    } finally {
      await page.close();
    }
  };
  return { play, close: () => browser.close() };
};

const [name, path] = process.argv.slice(2);
const runtime = await { node, chromium }[name](path);
for await (const line of createInterface({ input: process.stdin })) {
  const { number, scenario, given } = JSON.parse(line);
  const told = (facts) => console.log(JSON.stringify({ number, ...facts }));
  runtime.play(scenario, given).then(
    (result) => told({ result }),
    (error) => told({ error: `${error.stack}` }),
  );
}
await runtime.close();
process.exit();
