// screenshots.mjs PACKAGES CHROMIUM SCENES: takes pictures of the pages of this project. PACKAGES is a folder that has
// playwright-core; SCENES is JSON: {console: {url, file}, chat: {url, file, users: [NAME]}}.
import { createRequire } from "node:module";

const [packages, executablePath, scenes] = process.argv.slice(2);
const { chromium } = createRequire(`${packages}/`)("playwright-core");
const quiet = ["background-networking", "component-update", "sync"].map((what) => `--disable-${what}`);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--no-first-run", ...quiet] });

const say = async (page, text) => {
  await page.fill("#message", text);
  await page.press("#message", "Enter");
  await page.locator("#traffic li", { hasText: text }).first().waitFor();
};

const pictures = {
  async console({ url, file }) {
    const [ada, grace] = await Promise.all(
      ["ada", "grace"].map(async (user) => {
        const page = await browser.newPage({ viewport: { width: 1360, height: 850 } });
        await page.goto(url);
        await page.locator("#room-list button", { hasText: "lobby" }).click();
        await page.fill("#user", user);
        await page.click("#join-button");
        await page.waitForSelector(`#me:has-text("In the room as ${user}")`);
        return page;
      }),
    );
    await say(ada, "Hello, everybody. Is the stream up yet?");
    await say(grace, "It is, with ten seconds of delay.");
    await say(ada, "Then let us start the quiz.");
    await ada.locator("#connections strong").nth(1).waitFor();
    await ada.screenshot({ path: file });
  },

  async chat({ url, file, users }) {
    const page = await browser.newPage({ viewport: { width: 960, height: 490 } });
    const frames = users.map((name) => `<iframe name="${name}" src="${url}"></iframe>`);
    const style = "body { margin: 0; display: flex } iframe { flex: 1; height: 490px; border: 1px solid #d5dae1 }";
    await page.goto(url);
    await page.setContent(`<style>${style}</style>${frames.join("")}`);
    for (const name of users) {
      const frame = page.frameLocator(`iframe[name=${name}]`);
      await frame.getByLabel("Session").fill(name);
      await frame.getByRole("button", { name: "Join" }).click();
      await frame.getByText("connected", { exact: true }).waitFor();
    }
    for (const [name, text] of [["ann", "Hello, is anybody here?"], ["ben", "Hello ann, I am."]]) {
      const frame = page.frameLocator(`iframe[name=${name}]`);
      await frame.getByLabel("Message", { exact: true }).fill(text);
      await frame.getByRole("button", { name: "Send" }).click();
      await frame.getByText(text).waitFor();
    }
    await page.frameLocator("iframe[name=ann]").getByText("Hello ann, I am.").waitFor();
    await page.screenshot({ path: file });
  },
};

for (const [name, scene] of Object.entries(JSON.parse(scenes))) await pictures[name](scene);
await browser.close();
