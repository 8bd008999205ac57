// Every scenario by its name: the same code on Node and, bundled, in a browser.
import * as chat from "./chat.mjs";
import * as connections from "./connections.mjs";
import { Application, within } from "./member.mjs";
import * as refusals from "./refusals.mjs";

const scenarios = { ...chat, ...refusals, ...connections };

globalThis.play = async (scenario, given) => {
  const application = new Application(given);
  try {
    const result = await within(100, scenarios[scenario](application, given));
    return JSON.parse(JSON.stringify(result)); // as it is now: members go on to hear that they leave
  } finally {
    application.close();
  }
};
