// What the application's server does when a signed-in user asks for a chat token.
import { CreateChatTokenCommand, IvschatClient } from "@aws-sdk/client-ivschat";

const CAPABILITIES = { viewer: [], member: ["SEND_MESSAGE"] };

// Returns what the messaging SDK's token provider wants.
export const chatToken = async (roomIdentifier, userId, role) => {
  const request = new CreateChatTokenCommand({ roomIdentifier, userId, capabilities: CAPABILITIES[role] });
  const { token, tokenExpirationTime, sessionExpirationTime } = await new IvschatClient().send(request);
  return { token, tokenExpirationTime, sessionExpirationTime };
};
