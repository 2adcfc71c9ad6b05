const LATE_MS = 10_000;

// <ps-countdown data-seconds="12">Leaves in 12 s</ps-countdown> counts down. What follows is told by the stream; only
// when nothing was told for long the element around it is asked for anew.
class Countdown extends HTMLElement {
  #until = 0;
  #timer = 0;

  connectedCallback(): void {
    this.#until = Date.now() + Number(this.dataset["seconds"]) * 1_000;
    this.#timer = window.setInterval(() => this.#tell(), 1_000);
  }

  disconnectedCallback(): void {
    window.clearInterval(this.#timer);
  }

  #tell(): void {
    const left = this.#until - Date.now();
    this.textContent = (this.textContent ?? "").replace(/\d+/, String(Math.max(0, Math.round(left / 1_000))));
    if (left > -LATE_MS) return;
    this.#until = Date.now();
    this.dispatchEvent(new Event("late", { bubbles: true }));
  }
}
customElements.define("ps-countdown", Countdown);
