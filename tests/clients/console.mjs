// console.mjs CHROMIUM: plays scenarios of people at the console, each in a tab, that arrive as lines of JSON. Each answers
// a line: what they saw, and what went wrong in a page.
import { createServer } from "node:http";
import { createInterface } from "node:readline";

import { chromium } from "playwright-core";

let url = null;
const quiet = ["background-networking", "component-update", "sync"].map((what) => `--disable-${what}`);
const browser = await chromium.launch({
  executablePath: process.argv[2],
  args: ["--no-sandbox", "--disable-gpu", "--no-first-run", ...quiet],
});
let problems = [];

const tab = async (options = {}, context = null) => {
  const page = await (context ?? (await browser.newContext(options))).newPage();
  page.setDefaultTimeout(10_000);
  page.on("console", (said) => said.type() === "error" && problems.push(said.text()));
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("dialog", (dialog) => problems.push(`dialog: ${dialog.message()}`) && dialog.dismiss());
  await page.goto(url);
  await page.waitForSelector('#status[data-state="live"]');
  return page;
};

const call = async (operation, input, region = "us-west-2") => {
  const body = JSON.stringify({ operation, region, account: "000000000000", input });
  const answer = await fetch(`${url}/_local/console/call`, { method: "POST", headers: { "content-type": "application/json" }, body });
  return answer.status === 204 ? {} : answer.json();
};

const room = (input = {}) => call("CreateRoom", { name: "lobby", ...input });

const join = async (user, { without = [], options = {}, context = null } = {}) => {
  const page = await tab(options, context);
  await page.fill("#user", user);
  for (const capability of without) await page.uncheck(`[value=${capability}]`);
  await page.click("#join-button");
  await page.waitForSelector(`#me:has-text("In the room as ${user}")`);
  return page;
};

const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

const say = async (page, text) => {
  await page.fill("#message", text);
  await page.press("#message", "Enter");
};

const many = async (count, one) => {
  for (let done = 0; done < count; done += 10) await Promise.all([...Array(10).keys()].map((each) => one(done + each)));
};

const changed = async (read, before, most = 200) => {
  for (let waits = 0; waits < most && read() === before; waits += 1) await new Promise((wake) => setTimeout(wake, 50));
  return read();
};

const heard = (page, text) => page.locator("#traffic li", { hasText: text }).first().waitFor();
const connected = (page, count) => page.locator("#connections strong").nth(count - 1).waitFor();
const rows = (page, kind) => page.locator(`#traffic .${kind}`).allInnerTexts();

// These two run in a page of another site.

const tryEverything = async ([address, body]) => {
  const answered = (path, options) => fetch(`${address}/${path}`, options).then(({ type }) => type, () => "nothing");
  return {
    simple: await answered("call", { method: "POST", mode: "no-cors", body }),
    json: await answered("call", { method: "POST", headers: { "content-type": "application/json" }, body }),
    rooms: await answered("rooms"),
    feed: await new Promise((resolve) => {
      const feed = new EventSource(`${address}/feed`);
      feed.onopen = () => resolve("open");
      feed.onerror = () => resolve("nothing");
    }),
  };
};

const submitForm = ([action, body]) => {
  const form = Object.assign(document.createElement("form"), { action, method: "POST", enctype: "text/plain" });
  form.append(Object.assign(document.createElement("input"), { name: body.slice(0, -1), value: "}" }));
  document.body.append(form);
  form.submit();
};

const scenarios = {
  async nothing() {
    const page = await tab();
    const commands = await page.innerText("#cli");
    await page.click("#first-room");
    await page.fill("#make-name", "first");
    await page.press("#make-name", "Enter");
    await page.waitForSelector("#room-name :text('first')");
    await page.waitForSelector("#room-list button");
    return { commands, name: await page.innerText("#room-name"), rooms: await page.locator("#room-list button").count() };
  },

  async listed() {
    await room({ name: "quiz", maximumMessageLength: 123, tags: { team: "chat" } });
    const page = await tab();
    await page.waitForSelector("#settings div");
    await page.waitForSelector("#call-list tr");
    return { settings: await page.innerText("#settings"), tags: await page.innerText("#tags"), calls: await page.innerText("#call-list") };
  },

  async chat() {
    await room();
    const [ada, grace] = [await join("ada"), await join("grace")];
    await say(ada, "hello");
    await heard(grace, "hello");
    await grace.fill("#event-name", "poll");
    await grace.fill("#event-attributes", "text=Tea = coffee?");
    await grace.click("#event button");
    await heard(ada, "Event poll");
    await grace.click('button[aria-label="Delete this message of ada"]');
    await ada.waitForSelector("#traffic [data-deleted]");
    await connected(ada, 2);
    const connections = await ada.locator("#connections strong").allInnerTexts();
    await grace.locator("#connections").getByLabel("Disconnect ada").click();
    await ada.waitForSelector("#join");
    await heard(ada, "ada was disconnected");
    return {
      connections,
      title: await grace.title(),
      deleted: await ada.locator("#traffic [data-deleted] .content").allInnerTexts(),
      events: (await rows(ada, "event")).map((text) => text.replace(/\s+/g, " ").replace(/^\S+ (AM |PM )?/, "")),
      notice: await ada.innerText("#notice"),
      focused: await ada.evaluate(() => document.activeElement.id),
    };
  },

  // The first answer to ada's page comes after what it says is no longer true.
  async late() {
    await room();
    const ada = await tab();
    await ada.waitForSelector("#settings div");
    const answered = [];
    let release = null;
    const held = new Promise((resolve) => { release = resolve; });
    await ada.route("**/_local/console/room?*", async (route) => {
      const response = await route.fetch();
      answered.push(response);
      if (answered.length === 1) await held;
      await route.fulfill({ response });
    });
    await join("grace");
    await changed(() => answered.length, 0);
    await join("ken");
    await changed(() => answered.length, 1, 20);
    release();
    await connected(ada, 2);
    await ada.waitForTimeout(300);
    return ada.locator("#connections strong").allInnerTexts();
  },

  // In one browser, whose connections to an address are few.
  async crowd() {
    await room();
    const context = await browser.newContext();
    const tabs = [];
    for (let number = 0; number < 8; number += 1) tabs.push(await join(`user-${number}`, { context }));
    for (const [number, page] of tabs.entries()) await say(page, `from ${number}`);
    for (const page of tabs) await heard(page, "from 7");
    await tabs[0].locator("#connections").getByLabel("Disconnect user-7").click();
    await tabs[7].waitForSelector("#join");
    const messages = await Promise.all(tabs.map(async (page) => (await rows(page, "message")).length));
    return { messages, states: await Promise.all(tabs.map((page) => page.innerText("#status"))) };
  },

  async markup() {
    const text = '<img src=x onerror="alert(1)"><script>alert(2)</script>\u202Eevil\u0007';
    await room();
    const page = await join("<b>ada</b>");
    await page.click("#composer summary");
    await page.fill("#message-attributes", "<s>a</s>=<s>b</s>");
    await say(page, text);
    await call("SendEvent", { roomIdentifier: await page.innerText("#room-arn"), eventName: "<h1>e</h1>" });
    await heard(page, "<h1>e</h1>");
    const inside = ":is(#traffic, #connections, #me) :is(img, script, b, s, h1)";
    return { shown: await page.innerText("#traffic .content"), elements: await page.locator(inside).count() };
  },

  async unreviewed() {
    const uri = "arn:aws:lambda:us-west-2:000000000000:function:nowhere";
    await room({ messageReviewHandler: { uri, fallbackResult: "ALLOW" } });
    const [ada, grace] = [await join("ada"), await join("grace")];
    await say(ada, "hello");
    await heard(grace, "hello");
    await heard(ada, "fallback result");
    return { errors: await rows(ada, "error"), messages: await rows(grace, "message .content") };
  },

  async refused() {
    await room({ maximumMessageLength: 5 });
    const [ada, viewer] = [await join("ada"), await join("viewer", { without: ["SEND_MESSAGE", "DELETE_MESSAGE", "DISCONNECT_USER"] })];
    await say(ada, "short");
    await heard(viewer, "short");
    await say(ada, "too long");
    await heard(ada, "400");
    await say(viewer, "may I?");
    await viewer.click('button[aria-label="Delete this message of ada"]');
    await viewer.locator("#connections").getByLabel("Disconnect ada").click();
    await viewer.locator("#traffic .error").nth(2).waitFor();
    return { ada: await rows(ada, "error"), viewer: await rows(viewer, "error"), there: await ada.isVisible("#composer") };
  },

  async keyboard() {
    await room();
    const page = await tab();
    await page.waitForSelector("#join");
    const until = async (selector) => {
      for (let pressed = 0; pressed < 40; pressed += 1) {
        await page.keyboard.press("Tab");
        if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
      }
      throw new Error(`the Tab key does not reach ${selector}`);
    };
    await until("#user");
    await until("#join-button");
    await page.keyboard.press("Enter");
    await page.waitForSelector('#me:has-text("In the room")');
    for (const text of ["one", "two"]) {
      await page.keyboard.type(text);
      await page.keyboard.press("Enter");
      await heard(page, text);
    }
    // Back over Leave, Disconnect and Delete to the last message.
    for (let back = 0; back < 4; back += 1) await page.keyboard.press("Shift+Tab");
    const row = await page.evaluate(() => document.activeElement.innerText);
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#traffic [data-deleted]");
    return { row, deleted: await page.innerText("#traffic [data-deleted] .content") };
  },

  async lost() {
    await room();
    const page = await join("ada");
    await fetch(`${url}/_local/connections`, { method: "DELETE" });
    await page.locator("#traffic .presence", { hasText: "joined" }).nth(1).waitFor();
    await page.waitForSelector('#me:has-text("In the room")');
    await say(page, "back again");
    await heard(page, "back again");
    await call("DeleteRoom", { identifier: await page.innerText("#room-arn") });
    await page.waitForSelector("#welcome");
    await page.waitForFunction(() => !document.title.includes("lobby"));
    return { title: await page.title() };
  },

  // A page of another site in the same browser: what reaches the service, and what it gets to see.
  async foreign() {
    const other = createServer((_, answer) => answer.setHeader("content-type", "text/html").end("<iframe></iframe>"));
    await new Promise((resolve) => other.listen(0, "127.0.0.1", resolve));
    const page = await (await browser.newContext()).newPage();
    await page.goto(`http://localhost:${other.address().port}`);
    const body = JSON.stringify({ operation: "CreateRoom", region: "us-west-2", account: "000000000000", input: {} });
    const got = await page.evaluate(tryEverything, [`${url}/_local/console`, body]);
    await page.evaluate((address) => { document.querySelector("iframe").src = address; }, url);
    await page.waitForFunction(() => document.querySelector("iframe").contentDocument === null);
    // Playwright hears of the frame's new page a moment after the page itself does.
    const framed = await changed(() => page.frames()[1].url(), "about:blank");
    const [sent] = await Promise.all([page.waitForResponse(/call$/), page.evaluate(submitForm, [`${url}/_local/console/call`, body])]);
    other.close();
    return { ...got, framed, form: sent.status(), made: (await call("ListRooms", {})).rooms.length };
  },

  async busy() {
    await many(210, (number) => room({ name: `room-${number}` }));
    const { arn } = await room({ maximumMessageRatePerSecond: 100 });
    const page = await join("ada");
    const listed = await page.locator("#room-list button").count();
    const note = await page.innerText("#rooms-note");
    await page.fill("#search", "room-123");
    await page.waitForFunction(() => document.querySelectorAll("#room-list button").length === 1);
    await many(400, (number) => call("SendEvent", { roomIdentifier: arn, eventName: `event-${number}` }));
    await say(page, "still there");
    await heard(page, "still there");
    return { listed, note, rows: await page.locator("#traffic li").count(), calls: await page.locator("#call-list tr").count() };
  },

  // How much of the message box cannot be seen: on a phone, and on one with its keyboard open and many rooms.
  async phone() {
    await room();
    const seen = [];
    for (const height of [844, 460]) {
      const page = await join("ada", { options: { ...phone, viewport: { width: 390, height } } });
      const { top, bottom } = await page.$eval("#composer", (form) => form.getBoundingClientRect().toJSON());
      seen.push({ above: Math.max(0, -top), below: Math.max(0, bottom - height) });
      await many(10, (number) => room({ name: `room-${number}` }));
      await page.close();
    }
    return seen;
  },

  async empty() {
    await room();
    const page = await tab();
    await page.waitForSelector("#quiet");
    const before = await page.innerText("#quiet");
    await page.click("#join-button");
    await page.locator("#traffic .presence").waitFor();
    const joined = await page.innerText("#quiet");
    await say(page, "hello");
    await heard(page, "hello");
    return { before, joined, after: await page.isVisible("#quiet") };
  },

  // With the clipboard of a page that the browser trusts, and as on another host over plain http, without.
  async copied() {
    const seen = [];
    for (const withClipboard of [true, false]) {
      const context = await browser.newContext({ permissions: ["clipboard-read", "clipboard-write"], ...phone });
      if (!withClipboard) await context.addInitScript(() => { Object.defineProperty(navigator, "clipboard", { value: undefined }); });
      const page = await tab({}, context);
      for (const name of ["http", "ws"]) {
        await page.getByLabel(`Copy the ${name} address`).click();
        await page.locator("button:text-is('Copied')").first().waitFor();
        await page.focus("#search");
        await page.fill("#search", "");
        await page.keyboard.press("Control+V");
        seen.push(await page.inputValue("#search"));
      }
    }
    return seen;
  },

  async narrow() {
    await room({ name: "n".repeat(128), tags: { ["k".repeat(128)]: "v".repeat(256) } });
    const options = { viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true };
    const page = await join("u".repeat(128), { options });
    await say(page, "x".repeat(500));
    await page.waitForSelector("#traffic .content");
    return { width: await page.evaluate(() => document.scrollingElement.scrollWidth) };
  },
};

const play = async (scenario) => {
  try {
    return { result: { saw: await scenarios[scenario](), problems } };
  } catch (error) {
    return { error: `${error.stack}` };
  } finally {
    for (const context of browser.contexts()) await context.close();
  }
};

for await (const line of createInterface({ input: process.stdin })) {
  const { number, scenario, ...given } = JSON.parse(line);
  [url, problems] = [given.url, []];
  console.log(JSON.stringify({ number, ...(await play(scenario)) }));
}
await browser.close();
process.exit();
