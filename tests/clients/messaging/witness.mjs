// The frames that reach a member's sockets, whether or not the SDK still listens to them.
//
// When the SDK (1.1.1) refreshes a token, it removes its listeners from the old socket as soon as the new one opens
// (ChatRoom.onOpen, clearConnection). A message that the service wrote to the old socket before the new session began is
// lost if its event comes after that of the opening: two sockets have no common order, least of all in a busy browser.
const Plain = globalThis.WebSocket;
const CLOSED_AFTER = 2000; // ms in which the events that the SDK does not wait for may still come

const witnesses = new Map(); // by chat token

globalThis.WebSocket = class extends Plain {
  constructor(url, token) {
    super(url, token);
    this.witness = witnesses.get(token);
    this.addEventListener("message", ({ data }) => this.witness?.saw(JSON.parse(data).Content, this.left === undefined));
  }

  close(...given) {
    if (!this.witness) return super.close(...given);
    this.left ??= setTimeout(() => super.close(...given), CLOSED_AFTER);
  }
};

export class Witness {
  arrived = new Set(); // at any of the sockets
  offered = new Set(); // at a socket that the SDK listened to

  // Watch the sockets that a member opens with the tokens of this provider.
  of(tokenProvider) {
    return async () => {
      const answer = await tokenProvider();
      witnesses.set(answer.token, this);
      return answer;
    };
  }

  saw(content, isHeard) {
    this.arrived.add(content);
    if (isHeard) this.offered.add(content);
  }
}
