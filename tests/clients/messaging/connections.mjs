// How connections begin, break and end.
import { SendMessageRequest } from "amazon-ivs-chat-messaging";
import { pause, until } from "./member.mjs";
import { Witness } from "./witness.mjs";

// Four a second from each: below the ten that a connection may send.
const chatter = async (senders, seconds) => {
  const sent = [];
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    const contents = senders.map((_, number) => `${sent.length + number}`);
    await Promise.all(senders.map(({ room }, number) => room.sendMessage(new SendMessageRequest(contents[number]))));
    sent.push(...contents);
    await pause(0.12);
  }
  return sent;
};

export const usedToken = async (application) => {
  const room = await application.room();
  const token = await application.token(room, "ann");
  const first = await application.with(async () => token).connected();
  const second = application.with(async () => token);
  second.room.connect();
  await second.hears("disconnect");
  return { first: first.heard, second: second.heard, tokens: second.tokens };
};

export const forgedToken = async (application) => {
  const { token } = await application.token(await application.room(), "ann");
  const stranger = application.with(async () => ({ token: `${token.slice(0, -4)}AAAA` }));
  stranger.room.connect();
  await stranger.hears("disconnect");
  return { heard: stranger.heard, tokens: stranger.tokens };
};

export const expiredToken = async (application) => {
  const token = await application.token(await application.room(), "ann");
  await pause((Date.parse(token.tokenExpirationTime) - Date.now()) / 1000 + 0.1);
  const late = application.with(async () => ({ token: token.token }));
  late.room.connect();
  await late.hears("disconnect");
  return { heard: late.heard, tokens: late.tokens };
};

export const refresh = async (application, { after }) => {
  const room = await application.room({ maximumMessageRatePerSecond: 100 });
  const senders = [];
  for (const name of ["ben", "cat", "dan", "eve"]) senders.push(await application.unrefreshed(room, name).connected());
  const witness = new Witness();
  const ann = await application.with(witness.of(() => application.token(room, "ann"))).connected();
  const begin = Date.now();
  await pause(Math.max(0, after - 1.5));
  const sent = await chatter(senders, 4);
  const [before, seconds] = [ann.tokens, (Date.now() - begin) / 1000];
  await ann.room.sendMessage(new SendMessageRequest("still here"));
  sent.push("still here");
  await until(() => sent.every((content) => witness.arrived.has(content)));
  const states = ann.names().filter((name) => name !== "message");
  return { tokens: before, seconds, sent, heard: ann.contents(), offered: [...witness.offered], states };
};

export const dropped = async (application) => {
  const room = await application.room();
  const [ann, ben] = [await application.join(room, "ann"), await application.join(room, "ben")];
  await application.call("drop_connections", { room, user: "ann" });
  await ann.hears("connect", 2);
  await ben.room.sendMessage(new SendMessageRequest("welcome back"));
  await ann.room.sendMessage(new SendMessageRequest("thanks"));
  await ben.hears("message", 2);
  return { ann: ann.heard, ben: ben.names(), tokens: ann.tokens, heard: ben.contents() };
};

export const roomDeleted = async (application) => {
  const room = await application.room();
  const members = [await application.join(room, "ann"), await application.join(room, "ben")];
  await application.call("delete_room", { identifier: room });
  await Promise.all(members.map((member) => member.hears("disconnect")));
  members[0].room.connect();
  await members[0].hears("disconnect", 2);
  return members.map((member) => member.heard);
};

export const clientLeaves = async (application) => {
  const ann = await application.join(await application.room(), "ann");
  ann.room.disconnect();
  await ann.hears("disconnect");
  return ann.heard;
};

export const sessionEnd = async (application) => {
  const ann = application.unrefreshed(await application.room(), "ann", { sessionDurationInMinutes: 1 });
  const begin = Date.now();
  await ann.connected();
  await ann.hears("disconnect", 1, 70);
  return { seconds: (Date.now() - begin) / 1000, heard: ann.heard };
};

export const serviceStopped = async (application) => {
  const ann = await application.join(await application.room(), "ann");
  await application.call("stop_service");
  await ann.hears("disconnect");
  return ann.heard;
};
