// What a room is for: messages, events, deletion, kicking.
import { DeleteMessageRequest, DisconnectUserRequest, SendMessageRequest } from "amazon-ivs-chat-messaging";
import { until } from "./member.mjs";

export const conversation = async (application) => {
  const [lobby, elsewhere] = [await application.room(), await application.room()];
  const ann = await application.join(lobby, "ann", { attributes: { name: "Ann 😀", colour: "blue" } });
  const ben = await application.join(lobby, "ben");
  const eve = await application.join(elsewhere, "eve");
  const sent = await ann.room.sendMessage(new SendMessageRequest("grüezi\n<b>你好</b>", { lang: "de", "a b": "ä" }));
  await ben.room.sendMessage(new SendMessageRequest("hello"));
  await Promise.all([ann.hears("message", 2), ben.hears("message", 2)]);
  await eve.room.sendMessage(new SendMessageRequest("is anybody here?"));
  return { sent, ann: ann.heard, ben: ben.heard, eve: eve.contents() };
};

export const event = async (application) => {
  const room = await application.room();
  const members = [await application.join(room, "ann"), await application.join(room, "ben")];
  const attributes = { question: "π ≈ ?", seconds: "30" };
  const { id } = await application.call("send_event", { roomIdentifier: room, eventName: "app:quiz", attributes });
  await application.call("send_event", { roomIdentifier: room, eventName: "app:end" });
  await Promise.all(members.map((member) => member.hears("event", 2)));
  return { id, heard: members.map((member) => member.told("event")) };
};

export const deletion = async (application) => {
  const room = await application.room();
  const moderator = await application.join(room, "mia", { capabilities: ["DELETE_MESSAGE"] });
  const ben = await application.join(room, "ben");
  const first = await ben.room.sendMessage(new SendMessageRequest("spam"));
  const second = await ben.room.sendMessage(new SendMessageRequest("more spam"));
  await moderator.room.deleteMessage(new DeleteMessageRequest(first.id, "spam"));
  await application.call("delete_message", { roomIdentifier: room, id: second.id });
  await ben.hears("messageDelete", 2);
  return { sent: [first.id, second.id], heard: ben.told("messageDelete"), events: ben.told("event") };
};

export const kick = async (application) => {
  const room = await application.room();
  const moderator = await application.join(room, "mia", { capabilities: ["DISCONNECT_USER"] });
  const [ben, phone] = [await application.join(room, "ben"), await application.join(room, "ben")];
  const cat = await application.join(room, "cat");
  await moderator.room.disconnectUser(new DisconnectUserRequest("ben", "rude"));
  await Promise.all([ben, phone].map((member) => member.hears("disconnect")));
  await application.call("disconnect_user", { roomIdentifier: room, userId: "cat" });
  await cat.hears("disconnect");
  await until(() => moderator.told("userDisconnect").length === 2);
  return { ben: ben.heard, phone: phone.heard, cat: cat.heard, moderator: moderator.heard };
};

// A member without the SDK, as four of AWS's sample applications are: its requests have lower-case names.
export const lowerCase = async (application) => {
  const room = await application.room();
  const ann = await application.join(room, "ann");
  const ben = await application.join(room, "ben");
  const { token } = await application.token(room, "mia", { capabilities: ["SEND_MESSAGE", "DELETE_MESSAGE", "DISCONNECT_USER"] });
  const socket = new WebSocket(application.messaging, token);
  const frames = [];
  socket.addEventListener("message", ({ data }) => frames.push(JSON.parse(data)));
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve);
    socket.addEventListener("error", reject);
  });
  const say = (request) => socket.send(JSON.stringify(request));
  say({ action: "SEND_MESSAGE", requestId: "r1", content: "hi", attributes: { isSpecial: "false" } });
  await ann.hears("message");
  const sent = await ann.room.sendMessage(new SendMessageRequest("hello"));
  say({ action: "DELETE_MESSAGE", id: sent.id, reason: "spam" });
  await ann.hears("messageDelete");
  say({ action: "DISCONNECT_USER", userId: "ben", reason: "rude" });
  await Promise.all([ben.hears("disconnect"), ann.hears("userDisconnect")]);
  await until(() => frames.length === 4);
  socket.close();
  return { sent, frames, heard: ann.heard };
};
