// A room as `?user=` sees it, by the messaging SDK.
import { ChatRoom, SendMessageRequest } from "amazon-ivs-chat-messaging";

const user = new URLSearchParams(location.search).get("user");
const [title, status, log, form] = ["h1", "[role=status]", "ol", "form"].map((part) => document.querySelector(part));

const call = async (operation, members) => {
  const answer = await fetch(operation, { method: "POST", body: JSON.stringify(members) });
  return answer.json();
};

const show = ({ sender, content }) => {
  const item = document.createElement("li");
  const [name, text] = ["b", "span"].map((part) => document.createElement(part));
  name.textContent = sender.attributes?.name ?? sender.userId;
  text.textContent = content;
  item.className = sender.userId === user ? "own" : "";
  item.append(name, text);
  log.append(item);
  item.scrollIntoView();
};

const { name, messaging } = await call("place", {});
title.textContent = `${name} – ${user}`;
const room = new ChatRoom({ regionOrUrl: messaging, tokenProvider: () => call("token", { user }) });
for (const state of ["connecting", "connect", "disconnect"]) {
  room.addListener(state, (reason) => {
    status.textContent = reason ?? room.state;
  });
}
room.addListener("message", show);
room.connect();

form.addEventListener("submit", async (submitted) => {
  submitted.preventDefault();
  await room.sendMessage(new SendMessageRequest(form.content.value));
  form.reset();
});
