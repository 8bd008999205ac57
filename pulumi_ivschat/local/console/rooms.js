// The list of rooms, and making one.

import { call, findRooms, homeOf, worded } from "./api.js";
import { atMostEvery, byId, element, fillCode, notice, shown } from "./dom.js";

const FIRST_REGION = "us-west-2";

let told = null;
let selected = null;
let usualAccount = null;

// `handlers.select(arn)` when one is chosen; `handlers.listed(rooms, total)` with every new list.
export function startRooms(handlers) {
  told = handlers;
  byId("search").addEventListener("input", refreshRooms);
  byId("new-room").addEventListener("click", openForm);
  byId("first-room").addEventListener("click", openForm);
  byId("make-cancel").addEventListener("click", () => byId("make").close());
  byId("make-form").addEventListener("submit", make);
}

export function offer({ regions, accounts }) {
  const region = regions.includes(FIRST_REGION) ? FIRST_REGION : regions[0];
  fillChoices(byId("make-region"), regions, region);
  usualAccount = accounts[0];
  fillChoices(byId("make-account"), accounts, usualAccount);
  fillCode(byId("cli"), [
    `export AWS_ENDPOINT_URL_IVSCHAT=${location.origin} AWS_DEFAULT_REGION=${region}`,
    "export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local",
    "aws ivschat create-room --name lobby",
  ]);
  fillCode(byId("pulumi"), [
    `pulumi config set ivschat:region ${region}`,
    `pulumi config set ivschat:endpointUrl ${location.origin}`,
    "pulumi up",
  ]);
}

function fillChoices(field, choices, chosen) {
  field.replaceChildren(...choices.map((choice) => element("option", { value: choice }, choice)));
  field.value = chosen;
}

export const refreshRooms = atMostEvery(500, async () => {
  const search = byId("search").value.trim();
  try {
    const { rooms, total } = await findRooms(search);
    draw(rooms, total, search);
    told.listed(rooms, total, search);
  } catch {
    // The feed says that the service does not answer, and asks again once it does.
  }
});

function draw(rooms, total, search) {
  byId("room-total").textContent = total;
  const focused = document.activeElement?.dataset.arn;
  byId("room-list").replaceChildren(...rooms.map((room) => element("li", {}, entry(room))));
  mark(selected);
  if (focused) [...byId("room-list").querySelectorAll("button")].find(({ dataset }) => dataset.arn === focused)?.focus();
  const more = total > rooms.length ? `The newest ${rooms.length} of ${total}. Search to find others.` : "";
  notice(byId("rooms-note"), total === 0 && search ? "No room has this in its name, ID, region, account or tags." : more);
}

function entry({ arn, id, name, connections }) {
  const { region, account } = homeOf(arn);
  const title = shown(name || "(no name)", "span", { class: "name" });
  const where = [region, ...(account === usualAccount ? [] : [account]), id].join(" · ");
  const count = element("span", { class: "count" }, String(connections), element("span", { class: "unseen" }, " connected"));
  const children = [title, element("span", { class: "where" }, where), connections ? count : ""];
  return element("button", { type: "button", "data-arn": arn, click: () => told.select(arn) }, ...children);
}

export function mark(arn) {
  selected = arn;
  for (const button of byId("room-list").querySelectorAll("button")) {
    if (button.dataset.arn === arn) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
}

function openForm() {
  notice(byId("make-notice"), "");
  byId("make-name").value = "lobby";
  byId("make").showModal();
  byId("make-name").select();
}

async function make(event) {
  event.preventDefault();
  const home = { region: byId("make-region").value, account: byId("make-account").value };
  try {
    const { arn } = await call("CreateRoom", home, { name: byId("make-name").value });
    byId("make").close();
    byId("search").value = "";
    told.select(arn);
    refreshRooms();
  } catch (error) {
    notice(byId("make-notice"), worded(error));
  }
}
