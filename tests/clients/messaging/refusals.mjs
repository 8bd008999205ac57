// What a room does not take.
import { DeleteMessageRequest, DisconnectUserRequest, SendMessageRequest } from "amazon-ivs-chat-messaging";
import { outcome, pause } from "./member.mjs";

const send = (member, content, attributes) => outcome(member.room.sendMessage(new SendMessageRequest(content, attributes)));

export const capabilities = async (application) => {
  const viewer = await application.join(await application.room(), "ann", { capabilities: [] });
  return {
    SEND_MESSAGE: await send(viewer, "hello"),
    DELETE_MESSAGE: await outcome(viewer.room.deleteMessage(new DeleteMessageRequest("abcdefghijkl"))),
    DISCONNECT_USER: await outcome(viewer.room.disconnectUser(new DisconnectUserRequest("ben"))),
    heard: viewer.names(),
  };
};

export const sizes = async (application) => {
  const ann = await application.join(await application.room(), "ann");
  return {
    longest: await send(ann, "😀".repeat(500)),
    tooLong: await send(ann, "😀".repeat(501)),
    largest: await send(ann, "hello", { k: "v".repeat(1023) }),
    tooLarge: await send(ann, "hello", { k: "v".repeat(1024) }),
    empty: await send(ann, ""),
    heard: ann.contents(),
  };
};

export const shortRoom = async (application) => {
  const ann = await application.join(await application.room({ maximumMessageLength: 3 }), "ann");
  return [await send(ann, "abc"), await send(ann, "abcd")];
};

export const roomRate = async (application) => {
  const room = await application.room({ maximumMessageRatePerSecond: 2 });
  const members = [await application.join(room, "ann"), await application.join(room, "ben"), await application.join(room, "cat")];
  const atOnce = await Promise.all(members.map((member) => send(member, "hello")));
  await pause(1.05);
  return { atOnce, later: await send(members[0], "again") };
};

export const connectionRate = async (application) => {
  const ann = await application.join(await application.room({ maximumMessageRatePerSecond: 100 }), "ann");
  return Promise.all(Array.from({ length: 12 }, (_, number) => send(ann, `${number}`)));
};

export const review = async (application, { uri, fallbackResult, contents }) => {
  const room = await application.room({ messageReviewHandler: { uri, fallbackResult } });
  const ann = await application.join(room, "ann", { attributes: { level: "3" } });
  const ben = await application.join(room, "ben");
  const outcomes = [];
  for (const content of contents) outcomes.push(await send(ann, content, { mood: "calm" }));
  await application.call("send_event", { roomIdentifier: room, eventName: "end" });
  await ben.hears("event");
  return { outcomes, heard: ben.told("message") };
};
