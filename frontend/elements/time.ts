const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];
const EVERY_MS = 30_000;

// Keeps "5 min ago" true while the page stays open; the server wrote the first words.
class RelativeTime extends HTMLElement {
  #timer = 0;

  connectedCallback(): void {
    this.#timer = window.setInterval(() => this.#tell(), EVERY_MS);
  }

  disconnectedCallback(): void {
    window.clearInterval(this.#timer);
  }

  #tell(): void {
    const time = this.querySelector("time");
    if (!time) return;
    const seconds = (Date.parse(time.dateTime) - Date.now()) / 1000;
    const hours = Math.abs(seconds) < 48 * 3_600 ? STEPS.slice(1) : STEPS;
    const [unit, length] = hours.find(([, size]) => Math.abs(seconds) >= size) ?? [undefined, 1];
    if (!unit) return;
    const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { style: "short" });
    time.textContent = words.format(Math.trunc(seconds / length), unit).replace(".", "");
  }
}
customElements.define("ps-time", RelativeTime);
