// All that happens in the service, as it happens: Server-Sent Events while the page can be seen.

const KINDS = ["hello", "frame", "call", "skipped", "reset"];
const RETRY_MILLISECONDS = 1500;

// A browser opens about six connections to an address, for all its tabs together. So few tabs have a stream of their
// own; the others ask once a second: their stream ends, and EventSource opens the next by itself.
const STREAMS = 3;

export class Feed {
  #source = null;
  #seen = "";
  #answered = false;
  #giveBack = () => {};
  #handlers;

  // `handlers` has a function for each kind, and `lost` for when the service does not answer.
  constructor(handlers) {
    this.#handlers = handlers;
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#close() : this.open()));
  }

  async open() {
    if (this.#source || document.hidden) return;
    const given = new Promise((resolve) => { this.#giveBack = resolve; });
    const asked = { after: this.#seen, ...((await hasStream(given)) ? {} : { once: "" }) };
    if (this.#source || document.hidden) return;
    const source = new EventSource(`/_local/console/feed?${new URLSearchParams(asked)}`);
    for (const kind of KINDS) source.addEventListener(kind, (event) => this.#take(kind, event));
    source.addEventListener("error", () => this.#ended(source, "once" in asked));
    this.#source = source;
  }

  #take(kind, event) {
    this.#answered = true;
    this.#seen = event.lastEventId || this.#seen;
    this.#handlers[kind](JSON.parse(event.data));
  }

  #ended(source, expected) {
    if (source !== this.#source) return;
    if (!expected || !this.#answered) this.#handlers.lost();
    this.#answered = false;
    if (source.readyState !== EventSource.CLOSED) return;
    this.#close();
    setTimeout(() => this.open(), RETRY_MILLISECONDS);
  }

  #close() {
    this.#source?.close();
    this.#source = null;
    this.#giveBack();
  }
}

// Returns whether this tab has one of the streams, until the promise is fulfilled.
async function hasStream(until) {
  for (let number = 0; number < STREAMS; number += 1) {
    const mine = await new Promise((resolve) => {
      navigator.locks.request(`stream ${number}`, { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        return lock && until;
      });
    });
    if (mine) return true;
  }
  return false;
}
