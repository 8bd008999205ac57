// The messaging protocol by hand. In an application, amazon-ivs-chat-messaging does this, and reconnects by itself:
//   new ChatRoom({ regionOrUrl: endpoint, tokenProvider: chatToken })
const backend = document.querySelector("meta[name=backend]").content;
const [join, send, status, log] = ["#join", "#send", "[role=status]", "ol"].map((part) => document.querySelector(part));
let socket;

const say = (text) => {
  status.textContent = text;
};

const chatToken = async (session) => {
  const headers = { authorization: `Bearer ${session}` };
  const answer = await fetch(`${backend}/chat-token`, { method: "POST", headers });
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.message);
  return body;
};

const frames = {
  MESSAGE({ Id, Sender, Content }) {
    const item = document.createElement("li");
    item.id = Id;
    item.textContent = `${Sender.Attributes?.name ?? Sender.UserId}: ${Content}`; // as text: what others write is never markup
    log.append(item);
  },
  EVENT({ EventName, Attributes }) {
    if (EventName === "aws:DELETE_MESSAGE") document.getElementById(Attributes.MessageId)?.remove();
  },
  ERROR({ ErrorCode, ErrorMessage }) {
    say(`not sent: ${ErrorMessage} (${ErrorCode})`);
  },
};

join.addEventListener("submit", async (submitted) => {
  submitted.preventDefault();
  socket?.close();
  try {
    const { token, endpoint, role } = await chatToken(join.session.value);
    socket = new WebSocket(endpoint, token);
    socket.onopen = () => say(`connected as ${role}`);
    socket.onclose = () => say("disconnected");
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(data);
      frames[frame.Type](frame);
    };
  } catch (error) {
    say(error.message);
  }
});

send.addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  if (socket?.readyState !== WebSocket.OPEN) {
    say("join first");
    return;
  }
  const request = { Action: "SEND_MESSAGE", RequestId: crypto.randomUUID(), Content: send.content.value };
  socket.send(JSON.stringify(request));
  send.reset();
});
