// A chat client as any other: a token, a socket, actions and frames. One user in one room.

import { ApiError, call, homeOf, worded } from "./api.js";

const NORMAL = 1000;
const LONGEST_PAUSE = 8000;

export class Client {
  state = "joining"; // then in, lost, out
  why = "";
  #socket = null;
  #pause = 500;

  // `told.changed()` after a change of state; `told.frame(frame, action)` with the action that an ERROR answers.
  constructor(arn, grant, told) {
    this.arn = arn;
    this.grant = grant;
    this.told = told;
    this.actions = new Map();
    this.#join();
  }

  send(action, members) {
    if (this.state !== "in") return;
    const requestId = crypto.randomUUID();
    this.actions.set(requestId, action);
    this.#socket.send(JSON.stringify({ Action: action, RequestId: requestId, ...members }));
  }

  leave() {
    this.#become("out", "");
    this.#socket?.close(NORMAL);
  }

  async #join() {
    try {
      const { userId, capabilities, attributes } = this.grant;
      const input = { roomIdentifier: this.arn, userId, capabilities, attributes };
      const { token } = await call("CreateChatToken", homeOf(this.arn), input);
      if (this.state !== "out") this.#connect(token);
    } catch (error) {
      if (error instanceof ApiError && error.status < 500) this.#become("out", worded(error));
      else this.#again();
    }
  }

  #connect(token) {
    const socket = new WebSocket(`${location.protocol.replace("http", "ws")}//${location.host}/`, token);
    this.#socket = socket;
    socket.addEventListener("open", () => {
      this.#pause = 500;
      this.#become("in", "");
    });
    socket.addEventListener("message", ({ data }) => this.#take(JSON.parse(data)));
    socket.addEventListener("close", (event) => this.#closed(event));
  }

  #take(frame) {
    const action = this.actions.get(frame.RequestId);
    this.actions.delete(frame.RequestId);
    this.told.frame(frame, action);
  }

  // A close frame is the service's word, and final; a service that stops, or a lost connection, is not.
  #closed({ code, reason }) {
    if (this.state === "out") return;
    if (code === NORMAL) this.#become("out", reason || "The service closed the connection");
    else this.#again();
  }

  #again() {
    if (this.state === "out") return;
    this.#become("lost", "");
    setTimeout(() => this.state === "lost" && this.#join(), this.#pause);
    this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE);
  }

  #become(state, why) {
    this.state = state;
    this.why = why;
    this.actions.clear();
    this.told.changed();
  }
}
