import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { CreateRoomCommand, IvschatClient } from "@aws-sdk/client-ivschat";
import { ChatRoom, SendMessageRequest } from "amazon-ivs-chat-messaging";
import { WebSocket } from "ws";
import { chatToken } from "./chat_token.mjs";
import { startIvsChat } from "./ivschat.mjs";

globalThis.WebSocket ??= WebSocket; // Node.js has one since version 22

let ivschat, room;
before(async () => {
  ivschat = await startIvsChat();
});
beforeEach(async () => {
  await ivschat.reset();
  room = (await new IvschatClient().send(new CreateRoomCommand({ name: "lobby" }))).arn;
});
after(() => ivschat?.stop());

const joined = async (user, role) => {
  const chat = new ChatRoom({ regionOrUrl: ivschat.wsUrl, tokenProvider: () => chatToken(room, user, role) });
  chat.logLevel = "error"; // or it prints each frame, and tokens
  const connected = new Promise((resolve) => chat.addListener("connect", resolve));
  chat.connect();
  await connected;
  return chat;
};

test("a member's message reaches a viewer", async (t) => {
  const [ann, eve] = [await joined("ann", "member"), await joined("eve", "viewer")];
  t.after(() => [ann, eve].forEach((chat) => chat.disconnect()));
  const received = new Promise((resolve) => eve.addListener("message", resolve));

  await ann.sendMessage(new SendMessageRequest("hello"));

  const { content, sender } = await received;
  assert.deepEqual([sender.userId, content], ["ann", "hello"]);
});

test("a viewer may not write", async (t) => {
  const eve = await joined("eve", "viewer");
  t.after(() => eve.disconnect());

  await assert.rejects(eve.sendMessage(new SendMessageRequest("hello")), { errorCode: 403 });
});

test("a refusal of AWS reaches the caller", async () => {
  await ivschat.fault({ operation: "CreateChatToken", error: "AccessDeniedException" });

  await assert.rejects(chatToken(room, "ann", "member"), { name: "AccessDeniedException" });
  assert.deepEqual(await ivschat.calls(), ["CreateRoom", "CreateChatToken"]);
});
