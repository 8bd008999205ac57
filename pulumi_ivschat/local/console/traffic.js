// The live traffic of rooms: the latest entries of each are kept, those of one are shown.

import { attributeTags, byId, element, shown, time } from "./dom.js";

const MOST_ENTRIES = 300;
const MOST_ROOMS = 100;
const MOST_SPOKEN = 5; // entries at a time that a screen reader is asked to read
const NEAR_THE_END = 40;
const HUES = 6;

const kept = new Map(); // room ARN → entries, oldest first
let room = null;
let acting = null;
let waiting = [];
let following = true;

const list = byId("traffic");
const log = byId("log");

// `actions.remove(message)` and `actions.disconnect(userId)` are what the buttons of an entry do.
export function startTraffic(actions) {
  acting = actions;
  log.addEventListener("scroll", scrolled, { passive: true });
  list.addEventListener("keydown", moved);
  list.addEventListener("focusin", ({ target }) => choose(target.closest("li")));
  byId("follow").addEventListener("click", follow);
  new ResizeObserver(() => following && follow()).observe(log);
}

export function showTraffic(arn) {
  room = arn;
  waiting = [];
  list.replaceChildren();
  append(kept.get(arn) ?? []);
  follow();
}

export function forgetTraffic() {
  kept.clear();
  showTraffic(room);
}

export function addFrame(arn, frame, at, action) {
  const entries = keptFor(arn);
  const key = frame.Id ?? `${frame.Type} ${frame.Connection ?? at}`;
  // A frame comes by the feed, and to a client that is in the room by its socket too.
  if (entries.some((entry) => entry.key === key)) return;
  const entry = { key, frame, action, at: frame.SendTime ?? at, deleted: false };
  entries.push(entry);
  if (entries.length > MOST_ENTRIES) entries.shift();
  if (frame.EventName === "aws:DELETE_MESSAGE") markDeleted(entries, frame.Attributes.MessageID);
  if (arn === room) show(entry);
}

function keptFor(arn) {
  const entries = kept.get(arn) ?? [];
  kept.delete(arn);
  kept.set(arn, entries);
  if (kept.size > MOST_ROOMS) kept.delete(kept.keys().next().value);
  return entries;
}

function markDeleted(entries, id) {
  const entry = entries.find(({ frame }) => frame.Type === "MESSAGE" && frame.Id === id);
  if (!entry) return;
  entry.deleted = true;
  if (entry.row) entry.row.dataset.deleted = "";
}

// Many entries at once are drawn together.
function show(entry) {
  waiting.push(entry);
  if (waiting.length > 1) return;
  requestAnimationFrame(() => {
    const entries = waiting.slice(-MOST_ENTRIES);
    waiting = [];
    append(entries);
  });
}

function append(entries) {
  log.setAttribute("aria-live", entries.length > MOST_SPOKEN ? "off" : "polite");
  const last = list.lastElementChild;
  const atLast = !list.contains(document.activeElement);
  list.append(...entries.map(drawn));
  while (list.childElementCount > MOST_ENTRIES) dropFirst();
  byId("quiet").hidden = [...list.children].some((row) => !row.classList.contains("presence"));
  if (atLast || !last) choose(list.lastElementChild);
  if (following) log.scrollTop = log.scrollHeight;
  else byId("follow").hidden = entries.length === 0;
}

function dropFirst() {
  const first = list.firstElementChild;
  if (first.contains(document.activeElement)) first.nextElementSibling.focus();
  first.remove();
}

function drawn(entry) {
  const [kind, ...parts] = described(entry);
  const row = element("li", { class: kind, tabindex: "-1" }, time(entry.at), ...parts);
  if (entry.deleted) row.dataset.deleted = "";
  entry.row = row;
  return row;
}

function described({ frame, action }) {
  switch (frame.Type) {
    case "MESSAGE":
      return message(frame);
    case "EVENT":
      return event(frame);
    case "ERROR":
      return ["error", element("p", {}, element("strong", {}, `${frame.ErrorCode} ${action ?? ""} `), shown(frame.ErrorMessage))];
    case "unreviewed":
      return ["error", shown(frame.text, "p"), ...(frame.details ? [shown(frame.details, "p", { class: "content" })] : [])];
    case "joined":
    case "left":
      return ["presence", element("p", {}, named(frame.UserId), ` ${frame.Type}`)];
    default:
      return ["presence", element("p", {}, frame.text ?? "")];
  }
}

function message(frame) {
  const { UserId: user, Attributes: attributes } = frame.Sender;
  const from = element("p", { class: "from" }, named(user), ...attributeTags(attributes));
  const content = shown(frame.Content, "p", { class: "content" });
  const tags = element("p", { class: "tags" }, ...attributeTags(frame.Attributes));
  const remove = button("Delete", `Delete this message of ${user}`, () => acting.remove(frame.Id));
  const disconnect = button("Disconnect", `Disconnect ${user}`, () => acting.disconnect(user));
  return ["message", from, content, tags, element("div", { class: "actions" }, remove, disconnect)];
}

function event({ EventName: name, Attributes: attributes }) {
  const { MessageID: id, MessageId: _, UserId: user, Reason: reason, ...others } = attributes ?? {};
  const why = reason === undefined ? [] : [": ", shown(reason)];
  if (name === "aws:DELETE_MESSAGE") return ["event", element("p", {}, "Message ", element("code", {}, shown(id)), " was deleted", ...why)];
  if (name === "aws:DISCONNECT_USER") return ["event", element("p", {}, named(user), " was disconnected", ...why)];
  return ["event", element("p", {}, "Event ", shown(name, "strong"), " ", ...attributeTags(attributes ?? others))];
}

function named(user) {
  const hash = [...user].reduce((sum, character) => Math.imul(sum ^ character.codePointAt(0), 16777619), 2166136261);
  return shown(user, "strong", { class: `user hue-${(hash >>> 16) % HUES}` });
}

const button = (text, label, click) =>
  element("button", { type: "button", class: "quiet", "aria-label": label, tabindex: "-1", click }, text);

// One tab stop for the whole log: the arrow keys choose an entry, Tab goes on to its buttons.

function choose(row) {
  for (const old of list.querySelectorAll('[tabindex="0"]')) old.tabIndex = -1;
  if (!row) return;
  row.tabIndex = 0;
  for (const each of row.querySelectorAll("button")) each.tabIndex = 0;
}

function moved(event) {
  const row = event.target.closest("li");
  const wanted = {
    ArrowUp: row.previousElementSibling,
    ArrowDown: row.nextElementSibling,
    Home: list.firstElementChild,
    End: list.lastElementChild,
  }[event.key];
  if (!wanted) return;
  event.preventDefault();
  wanted.focus();
}

function scrolled() {
  following = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_THE_END;
  if (following) byId("follow").hidden = true;
}

function follow() {
  following = true;
  byId("follow").hidden = true;
  log.scrollTop = log.scrollHeight;
}
