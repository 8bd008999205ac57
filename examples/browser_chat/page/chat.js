// A chat room of Amazon IVS for a page. Copy this file; page.js shows how to use it.
import { ChatRoom } from "amazon-ivs-chat-messaging";

const backEnd = document.querySelector("meta[name=back-end]").content;

// Returns { token, tokenExpirationTime, sessionExpirationTime, endpoint }, or throws an Error with the back end's reason.
const chatToken = async (session) => {
  const headers = { authorization: `Bearer ${session}` };
  const answer = await fetch(`${backEnd}/chat-token`, { method: "POST", headers });
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(body.detail ?? `the back end answered ${answer.status}`);
  return body;
};

// Returns a ChatRoom that connects. A token opens one connection, so the SDK asks for a fresh one each time: after
// room.connect(), if the connection breaks, and before the session expires. `failed` is called if it gets none.
export const join = async (session, listeners, failed) => {
  const first = [await chatToken(session)]; // it has the address too, so it is fetched before there is a room
  const { endpoint } = first[0];
  const tokenProvider = async () => {
    try {
      return first.pop() ?? (await chatToken(session));
    } catch (error) {
      failed(error);
      throw error;
    }
  };
  const room = new ChatRoom({ regionOrUrl: endpoint, tokenProvider });
  room.logLevel = "error"; // by default the SDK logs everything, tokens too
  for (const [event, listener] of Object.entries(listeners)) room.addListener(event, listener);
  room.connect();
  return room;
};
