/**
 * Which of several tabs with the same sheet or exam works on it; the others say so and wait.
 *
 * The name lies in localStorage with an end a few seconds ahead, moved on while the tab is open.
 * `lost` is called when another tab goes on; what it returns is waited for before that tab may.
 * Where the browser keeps nothing every tab works: the numbers of what they send keep them apart.
 */
class Lease {
  static SECONDS = 6;

  constructor(name, lost) {
    this.name = name;
    this.id = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    this.lost = lost;
    this.held = false;
    this.channel = "BroadcastChannel" in window ? new BroadcastChannel(name) : null;
    if (this.channel) this.channel.onmessage = (event) => event.data === "yield" && this.held && this.#yield();
    setInterval(() => this.check(), 2000);
    addEventListener("pagehide", () => {
      this.paused = this.held;
      this.release();
    });
    addEventListener("pageshow", (event) => event.persisted && this.paused && !this.claim() && this.lost());
  }

  #kept() {
    try {
      return JSON.parse(localStorage.getItem(this.name));
    } catch {
      return null;
    }
  }

  #keep(id, until) {
    try {
      localStorage.setItem(this.name, JSON.stringify({ id, until }));
    } catch {
      // A browser that keeps nothing tells no other tab.
    }
  }

  #current() {
    const found = this.#kept();
    return found && found.until > Date.now() ? found : null;
  }

  #renew() {
    this.#keep(this.id, Date.now() + Lease.SECONDS * 1000);
  }

  claim() {
    const current = this.#current();
    this.held = !current || current.id === this.id;
    if (this.held) this.#renew();
    return this.held;
  }

  /** Whether this tab still works, found out anew. */
  check() {
    if (!this.held) return false;
    const kept = this.#kept();
    if (kept && kept.id !== this.id) {
      this.held = false;
      this.lost();
    } else this.#renew();
    return this.held;
  }

  async #yield() {
    await this.lost();
    this.release();
  }

  release() {
    if (!this.held) return;
    this.held = false;
    if (this.#kept()?.id !== this.id) return;
    try {
      localStorage.removeItem(this.name);
    } catch {
      // Nothing was kept, so nothing is to be dropped.
    }
  }

  /** Ask the other tab to stop; force it when it does not answer. The page is loaded anew then. */
  async take() {
    this.channel?.postMessage("yield");
    for (let i = 0; i < 15 && this.#current(); i += 1) await new Promise((resolve) => setTimeout(resolve, 100));
    this.#keep(this.id, 0);
  }
}

