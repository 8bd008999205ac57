// The latest calls of the control plane, newest first.

import { latestCalls } from "./api.js";
import { byId, element, shown, time } from "./dom.js";

const MOST_CALLS = 200;

let last = 0;
let loading = false;
let early = []; // calls that arrive with the feed while the older ones are on their way
let waiting = [];

export async function loadCalls() {
  forget(0);
  loading = true;
  try {
    const { requests } = await latestCalls(MOST_CALLS);
    requests.forEach(add);
  } finally {
    loading = false;
    early.forEach(add);
    early = [];
  }
}

export function addCall(call) {
  if (loading) early.push(call);
  else add(call);
}

export const forgetCalls = () => forget(last);

function forget(from) {
  last = from;
  waiting = [];
  byId("call-list").replaceChildren();
  byId("no-calls").hidden = false;
}

function add(call) {
  if (call.number <= last) return;
  last = call.number;
  waiting.push(call);
  if (waiting.length === 1) requestAnimationFrame(draw);
}

function draw() {
  const list = byId("call-list");
  list.prepend(...waiting.slice(-MOST_CALLS).reverse().map(row));
  waiting = [];
  while (list.childElementCount > MOST_CALLS) list.lastElementChild.remove();
  byId("no-calls").hidden = list.childElementCount > 0;
}

function row({ time: at, operation, status, error, region, account, identifier }) {
  const cells = [time(at), operation ?? "(none)", status ?? "no answer", error ?? "", region ?? "", account ?? "", shown(identifier ?? "")];
  const kind = error || status === null ? "failed" : "";
  return element("tr", { class: kind }, ...cells.map((cell) => element("td", {}, cell)));
}
