// All that happens in the service, as it happens: one Server-Sent Events stream while the page can be seen.

const KINDS = ["hello", "frame", "call", "skipped", "reset"];
const RETRY_MILLISECONDS = 1500;

export class Feed {
  #source = null;
  #seen = "";
  #handlers;

  // `handlers` has a function for each kind, and `lost` for when the service does not answer.
  constructor(handlers) {
    this.#handlers = handlers;
    // A browser opens about six connections to an address, for all its tabs together: those in sight need them.
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#close() : this.open()));
  }

  open() {
    if (this.#source || document.hidden) return;
    const source = new EventSource(`/_local/console/feed?${new URLSearchParams({ after: this.#seen })}`);
    for (const kind of KINDS) source.addEventListener(kind, (event) => this.#take(kind, event));
    source.addEventListener("error", () => this.#lost(source));
    this.#source = source;
  }

  #take(kind, event) {
    this.#seen = event.lastEventId || this.#seen;
    this.#handlers[kind](JSON.parse(event.data));
  }

  #lost(source) {
    if (source !== this.#source) return;
    this.#handlers.lost();
    if (source.readyState !== EventSource.CLOSED) return;
    this.#close();
    setTimeout(() => this.open(), RETRY_MILLISECONDS);
  }

  #close() {
    this.#source?.close();
    this.#source = null;
  }
}
