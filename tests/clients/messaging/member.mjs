// The two parties of every scenario: members of a room, who use the messaging SDK as it is, and their application's server.
import { ChatRoom } from "amazon-ivs-chat-messaging";

const LISTENERS = ["connecting", "connect", "disconnect", "message", "event", "messageDelete", "userDisconnect"];
const silent = { debug() {}, info() {}, warn() {}, error() {} };

export const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

export const within = (seconds, result) =>
  Promise.race([result, pause(seconds).then(() => Promise.reject(new Error(`no result after ${seconds} s`)))]);

export const until = async (holds, seconds = 20) => {
  const end = Date.now() + seconds * 1000;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`after ${seconds} s still not: ${holds}`);
    await pause(0.01);
  }
};

// The outcome of a request: its answer, or the error.
export const outcome = async (request) => {
  try {
    return { sent: await request };
  } catch ({ errorCode, errorMessage, message }) {
    return { errorCode, errorMessage: errorMessage ?? message };
  }
};

export class Member {
  heard = []; // [listener, event], in their order
  tokens = 0; // how often the SDK asked for one

  constructor(messaging, tokenProvider) {
    const counted = () => {
      this.tokens += 1;
      return tokenProvider();
    };
    this.room = new ChatRoom({ regionOrUrl: messaging, tokenProvider: counted });
    this.room.logger = silent;
    for (const name of LISTENERS) this.room.addListener(name, (told) => this.heard.push([name, told ?? null]));
  }

  names() {
    return this.heard.map(([name]) => name);
  }

  told(listener) {
    return this.heard.filter(([name]) => name === listener).map(([, told]) => told);
  }

  contents() {
    return this.told("message").map(({ content }) => content);
  }

  async hears(listener, times = 1, seconds = undefined) {
    await until(() => this.told(listener).length >= times, seconds);
    return this.told(listener)[times - 1];
  }

  async connected() {
    this.room.connect();
    await this.hears("connect");
    return this;
  }
}

export class Application {
  members = [];

  constructor({ server, messaging }) {
    this.server = server;
    this.messaging = messaging;
  }

  async call(operation, members = {}) {
    const answer = await fetch(`${this.server}/${operation}`, { method: "POST", body: JSON.stringify(members) });
    if (!answer.ok) throw new Error(`${operation}: ${await answer.text()}`);
    return answer.json();
  }

  async room(settings = {}) {
    return (await this.call("create_room", settings)).arn;
  }

  token(roomIdentifier, userId, grant = {}) {
    return this.call("create_chat_token", { roomIdentifier, userId, capabilities: ["SEND_MESSAGE"], ...grant });
  }

  with(tokenProvider) {
    const member = new Member(this.messaging, tokenProvider);
    this.members.push(member);
    return member;
  }

  member(room, userId, grant) {
    return this.with(() => this.token(room, userId, grant));
  }

  // One whose SDK gets no event when a token expires, and so never refreshes.
  unrefreshed(room, userId, grant) {
    return this.with(async () => ({ token: (await this.token(room, userId, grant)).token }));
  }

  join(room, userId, grant) {
    return this.member(room, userId, grant).connected();
  }

  close() {
    for (const { room } of this.members) room.disconnect();
  }
}
