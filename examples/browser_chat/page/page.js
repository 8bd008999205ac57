import { SendMessageRequest } from "amazon-ivs-chat-messaging";
import { join } from "./chat.js";

const find = (selector) => document.querySelector(selector);
const [joining, sending, leave, rejoin] = ["#join", "#send", "#leave", "#rejoin"].map(find);
const [status, problem, log] = ["[role=status]", "[role=alert]", "[role=log]"].map(find);
let room;

const show = (state, error) => {
  status.textContent = state;
  problem.textContent = error?.errorMessage ?? error?.message ?? "";
  joining.hidden = room !== undefined;
  leave.hidden = room?.state !== "connected";
  rejoin.hidden = room?.state !== "disconnected";
};

const listeners = {
  connecting: () => show("connecting", { message: problem.textContent }),
  connect: () => show("connected"),
  disconnect: (reason) => show(`disconnected (${reason})`, { message: problem.textContent }),
  message({ id, sender, content }) {
    const item = document.createElement("li");
    item.id = id;
    item.textContent = `${sender.attributes?.name ?? sender.userId}: ${content}`; // as text: a message is never markup
    log.append(item);
  },
  messageDelete: ({ messageId }) => document.getElementById(messageId)?.remove(),
};

// Runs what may fail, and shows the error: of the back end, or of the room.
const attempt = async (action) => {
  try {
    await action();
  } catch (error) {
    show(status.textContent, error);
  }
};

joining.addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  attempt(async () => {
    const failed = (error) => show(status.textContent, error);
    room = await join(joining.session.value, listeners, failed);
    show("connecting");
  });
});

sending.addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  attempt(async () => {
    if (room === undefined) throw new Error("join first");
    await room.sendMessage(new SendMessageRequest(sending.content.value));
    sending.reset();
    show(status.textContent);
  });
});

leave.addEventListener("click", () => room.disconnect());
rejoin.addEventListener("click", () => room.connect());
show("not connected");
