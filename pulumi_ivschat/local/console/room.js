// One room: its settings, its tags, and who is connected.

import { findRoom, homeOf } from "./api.js";
import { atMostEvery, byId, element, notice, shown, time } from "./dom.js";

let arn = null;
let told = null;

// `handlers.disconnect(userId)`; `handlers.found(room)`; `handlers.gone()` when the room does not exist any more.
export function startRoom(handlers) {
  told = handlers;
}

export function showRoom(wanted) {
  arn = wanted;
  byId("room-name").textContent = "…";
  byId("room-arn").textContent = arn ?? "";
  refreshRoom();
}

export const refreshRoom = atMostEvery(500, async () => {
  const asked = arn;
  if (!asked) return;
  try {
    const { room, connections } = await findRoom(asked);
    if (asked !== arn) return;
    if (room) draw(room, connections);
    else told.gone();
  } catch {
    // The feed says that the service does not answer, and asks again once it does.
  }
});

function draw(room, connections) {
  byId("room-name").replaceChildren(shown(room.name || "(no name)"));
  drawConnections(connections, room.connections);
  drawList(byId("settings"), settings(room));
  drawList(byId("tags"), Object.entries(room.tags).map(([key, value]) => [shown(key), [shown(value)]]));
  byId("tag-total").textContent = Object.keys(room.tags).length || "";
  told.found(room);
}

function settings(room) {
  const handler = room.messageReviewHandler?.uri ? room.messageReviewHandler : null;
  const logging = room.loggingConfigurationIdentifiers ?? [];
  const { region, account } = homeOf(room.arn);
  return [
    ["Message length", [`at most ${room.maximumMessageLength} characters`]],
    ["Message rate", [`at most ${room.maximumMessageRatePerSecond} a second`]],
    ["Review handler", handler ? [shown(handler.uri, "code"), ` else ${handler.fallbackResult}`] : ["none"]],
    ["Logging", logging.length ? logging.map((each) => shown(each, "code")) : ["none"]],
    ["Region", [region]],
    ["Account", [account]],
    ["Room ID", [room.id]],
    ["Created", [moment(room.createTime)]],
    ["Updated", [moment(room.updateTime)]],
  ];
}

const moment = (text) => element("time", { datetime: text, title: text }, new Date(text).toLocaleString([], { dateStyle: "medium", timeStyle: "short" }));

function drawList(list, pairs) {
  const rows = pairs.map(([term, values]) => element("div", {}, element("dt", {}, term), element("dd", {}, ...values)));
  list.replaceChildren(...(rows.length ? rows : [element("p", { class: "note" }, "none")]));
}

function drawConnections(connections, total) {
  const focused = document.activeElement?.dataset.connection;
  byId("connection-total").textContent = total || "";
  byId("connections").replaceChildren(...connections.map(connection));
  if (focused) byId("connections").querySelector(`[data-connection="${CSS.escape(focused)}"]`)?.focus();
  const more = total > connections.length ? `The latest ${connections.length} of ${total}.` : "";
  notice(byId("connections-note"), total ? more : "Nobody is connected.");
}

function connection({ Connection: id, UserId: user, Capabilities: capabilities, Since: since }) {
  const may = capabilities.length ? capabilities.join(", ") : "view only";
  const kick = element("button", { type: "button", class: "quiet", "data-connection": id, click: () => told.disconnect(user) }, "Disconnect");
  kick.setAttribute("aria-label", `Disconnect ${user}`);
  return element("li", {}, shown(user, "strong"), kick, element("span", { class: "note" }, "since ", time(since), ` · ${may}`));
}
