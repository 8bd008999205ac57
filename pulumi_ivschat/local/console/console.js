// The page as a whole: which room is selected, who this tab is in it, and what happens.

import { call, homeOf, worded } from "./api.js";
import { addCall, forgetCalls, loadCalls } from "./calls.js";
import { Client } from "./client.js";
import { byId, copy, notice, readAttributes, shown, visible } from "./dom.js";
import { Feed } from "./feed.js";
import { refreshRoom, showRoom, startRoom } from "./room.js";
import { mark, offer, refreshRooms, startRooms } from "./rooms.js";
import { addFrame, forgetTraffic, showTraffic, startTraffic } from "./traffic.js";

const READING = /^(Get|List)|^(CreateChatToken|SendEvent|DeleteMessage|DisconnectUser)$/;
const NAMES = ["ada", "alan", "barbara", "dennis", "edsger", "frances", "grace", "ken", "radia", "tim"];

let instance = null;
let selected = null;
let room = null;
let client = null;
let farewell = "";

const here = () => (client?.arn === selected ? client : null);
const member = () => (here()?.state === "in" ? client : null);

// What happens

const feed = new Feed({
  hello(about) {
    const known = instance === about.instance && byId("offline").hidden;
    online(true);
    if (known) return;
    instance = about.instance;
    offer(about);
    loadAll();
  },
  frame({ room: arn, time, frame }) {
    addFrame(arn, frame, time);
    if (frame.Type !== "joined" && frame.Type !== "left") return;
    refreshRooms();
    if (arn === selected) refreshRoom();
  },
  call(made) {
    addCall(made);
    if (!made.error && !READING.test(made.operation)) refreshAll();
  },
  skipped({ count }) {
    const text = `${count} entries were not seen by this page`;
    if (selected) addFrame(selected, { Type: "skipped", text }, new Date().toISOString());
    loadAll();
  },
  reset() {
    forgetTraffic();
    forgetCalls();
    refreshAll();
  },
  lost: () => online(false),
});

function loadAll() {
  refreshAll();
  loadCalls().catch(() => online(false));
}

function refreshAll() {
  refreshRooms();
  refreshRoom();
}

function online(answers) {
  byId("offline").hidden = answers;
  byId("status").dataset.state = answers ? "live" : "lost";
  byId("status").textContent = answers ? "Live" : "Reconnecting…";
}

// Which room

startRooms({ select, listed });
startRoom({ found, gone, disconnect });
startTraffic({ remove, disconnect });

function listed(rooms, total, search) {
  const none = total === 0 && !search;
  byId("welcome").hidden = !none;
  document.body.classList.toggle("no-rooms", none);
  if (selected || !rooms.length) return;
  select(remembered(rooms) ?? rooms[0].arn);
  notice(byId("notice"), farewell);
  farewell = "";
}

function gone() {
  farewell = "The room that was shown here is deleted. This is another one.";
  select(null);
}

const remembered = (rooms) => rooms.find(({ arn }) => arn === sessionStorage.getItem("room"))?.arn;

function select(arn) {
  if (arn === selected) return;
  selected = arn;
  room = null;
  sessionStorage.setItem("room", arn ?? "");
  byId("room").hidden = !arn;
  document.body.classList.toggle("no-room", !arn);
  mark(arn);
  showRoom(arn);
  showTraffic(arn);
  notice(byId("notice"), "");
  drawClient();
  if (!arn) refreshRooms();
}

function found(latest) {
  room = latest;
  drawLength();
  drawTitle();
}

// The title, which distinguishes this tab.
function drawTitle() {
  const who = here() && here().state !== "out" ? [here().grant.userId, "in"] : [];
  document.title = visible([...who, room?.name || "", "· IVS Chat console"].join(" ").replace(/^ ?· /, ""));
}

// The user of this tab

const someName = () => `${NAMES[Math.floor(NAMES.length * Math.random())]}-${Math.floor(10 + 90 * Math.random())}`;

byId("user").value = sessionStorage.getItem("user") ?? someName();
byId("join").addEventListener("submit", join);
byId("leave").addEventListener("click", () => client.leave());
byId("composer").addEventListener("submit", sendMessage);
byId("message").addEventListener("input", drawLength);
byId("message").addEventListener("keydown", sendByEnter);

function join(event) {
  event.preventDefault();
  const userId = byId("user").value;
  const capabilities = [...document.querySelectorAll("[name=capability]:checked")].map(({ value }) => value);
  sessionStorage.setItem("user", userId);
  client?.leave();
  const arn = selected;
  const grant = { userId, capabilities, attributes: readAttributes(byId("user-attributes")) };
  client = new Client(arn, grant, {
    changed: drawClient,
    frame: (frame, action) => addFrame(arn, frame, new Date().toISOString(), action),
  });
  drawClient();
  byId("message").focus({ preventScroll: true });
  byId("chat").scrollIntoView();
}

function drawClient() {
  const { state, why, grant } = here() ?? { state: "out", why: "" };
  const focusLost = byId("composer").contains(document.activeElement) && state === "out";
  byId("join").hidden = state !== "out";
  byId("composer").hidden = state === "out";
  byId("how-to-join").hidden = state !== "out";
  byId("how-to-chat").hidden = state === "out";
  notice(byId("notice"), { out: why, lost: "The connection was lost. Joining again…" }[state] ?? "");
  if (grant) byId("me").replaceChildren(state === "in" ? "In the room as " : "Joining as ", shown(grant.userId, "strong"));
  if (focusLost) byId("join-button").focus();
  drawTitle();
}

// What this tab does: as the user that it is, or else as the application, by the API.

function sendByEnter(event) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  byId("composer").requestSubmit();
}

function sendMessage(event) {
  event.preventDefault();
  const content = byId("message").value;
  if (!content || !member()) return;
  client.send("SEND_MESSAGE", { Content: content, Attributes: readAttributes(byId("message-attributes")) });
  byId("message").value = "";
  drawLength();
}

function drawLength() {
  const length = [...byId("message").value].length;
  const most = room?.maximumMessageLength ?? 500;
  byId("length").textContent = `${length} of ${most} characters`;
  byId("length").classList.toggle("too-long", length > most);
}

function remove(id) {
  if (member()) client.send("DELETE_MESSAGE", { Id: id });
  else asApplication("DeleteMessage", { id });
}

function disconnect(userId) {
  if (member()) client.send("DISCONNECT_USER", { UserId: userId });
  else asApplication("DisconnectUser", { userId });
}

async function asApplication(operation, input, field = byId("notice")) {
  try {
    await call(operation, homeOf(selected), { roomIdentifier: selected, ...input });
    notice(field, "");
    return true;
  } catch (error) {
    notice(field, worded(error));
    return false;
  }
}

byId("event").addEventListener("submit", async (event) => {
  event.preventDefault();
  const field = byId("event-notice");
  const input = { eventName: byId("event-name").value, attributes: readAttributes(byId("event-attributes")) };
  if (await asApplication("SendEvent", input, field)) notice(field, "Sent.");
});

function offerAddresses(addresses) {
  for (const [name, address] of Object.entries(addresses)) {
    byId(`${name}-address`).textContent = address;
    byId(`copy-${name}`).addEventListener("click", (event) => copy(event.currentTarget, address));
  }
  byId("client-address").textContent = addresses.ws;
}

offerAddresses({ http: location.origin, ws: location.origin.replace("http", "ws") });
byId("copy-arn").addEventListener("click", (event) => copy(event.currentTarget, selected));
drawLength();
feed.open();
