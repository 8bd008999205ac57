// Elements from text: nothing that anybody wrote is ever parsed as markup.

// Characters that would be invisible, or would turn the text around them: controls, bidi controls, zero widths but joiners, tags.
const HIDDEN = /([\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}])/u;

export const byId = (id) => document.getElementById(id);

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

// Somebody's text: isolated from the writing direction around it, and with everything hidden in it made visible.
export function shown(text, tag = "bdi", attributes = {}) {
  const parts = String(text).split(HIDDEN);
  const children = parts.map((part, index) => (index % 2 ? control(part) : part));
  return element(tag, { dir: "auto", ...attributes }, ...children);
}

// The same where there can be no elements.
export const visible = (text) => text.split(HIDDEN).map((part, index) => (index % 2 ? codePoint(part) : part)).join("");

function control(character) {
  return element("span", { class: "control", title: "a character that would not be seen" }, codePoint(character));
}

const codePoint = (character) => `U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;

export function attributeTags(attributes) {
  const pairs = Object.entries(attributes ?? {});
  return pairs.map(([key, value]) => element("span", { class: "tag" }, shown(key), "=", shown(value)));
}

// `key=value`, one on a line; undefined if there is none.
export function readAttributes(field) {
  const lines = field.value.split("\n").filter((line) => line.trim());
  const pairs = lines.map((line) => {
    const at = line.indexOf("=");
    return at < 0 ? [line.trim(), ""] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
  });
  return pairs.length ? Object.fromEntries(pairs) : undefined;
}

export function time(text) {
  const at = text ? new Date(text) : new Date();
  const written = Number.isNaN(at.valueOf()) ? "" : at.toLocaleTimeString([], { hour12: false });
  return element("time", { datetime: text ?? at.toISOString(), title: text ?? at.toISOString() }, written);
}

export function notice(field, text) {
  field.textContent = text ?? "";
  if (field.getAttribute("role") === "alert") field.hidden = !text;
}

export async function copy(button, text) {
  const before = button.textContent;
  try {
    await putOnClipboard(text);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Not copied";
  }
  setTimeout(() => { button.textContent = before; }, 1500);
}

// Only pages of this machine, or of https, have `navigator.clipboard`: for others the browser copies a selection.
async function putOnClipboard(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const focused = document.activeElement;
  const field = element("textarea", { class: "unseen", readonly: "" }, text);
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  focused?.focus({ preventScroll: true });
  if (!done) throw new Error("the browser copies nothing");
}

// Lines with a button that copies them.
export function fillCode(place, lines) {
  const text = lines.join("\n");
  const button = element("button", { type: "button", class: "quiet", click: () => copy(button, text) }, "Copy");
  place.replaceChildren(element("code", {}, text), button);
}

// Runs `work` soon after it is asked for, however often: one run at a time, each `milliseconds` after the one before.
export function atMostEvery(milliseconds, work) {
  let asked = false;
  let running = false;
  const run = async () => {
    running = true;
    try {
      await pause(20);
      while (asked) {
        asked = false;
        await work();
        await pause(milliseconds);
      }
    } finally {
      running = false;
    }
  };
  return () => {
    asked = true;
    if (!running) run();
  };
}

const pause = (milliseconds) => new Promise((wake) => { setTimeout(wake, milliseconds); });
