// A dropdown over <details>: without script it opens and closes all the same.
class Menu extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("keydown", (event) => this.#onKey(event));
    this.addEventListener("focusout", (event) => this.#onLeave(event));
    document.addEventListener("click", this.#onOutside);
  }

  disconnectedCallback(): void {
    document.removeEventListener("click", this.#onOutside);
  }

  get #details(): HTMLDetailsElement | null {
    return this.querySelector("details");
  }

  #close(): void {
    if (this.#details) this.#details.open = false;
  }

  #onOutside = (event: MouseEvent): void => {
    if (event.target instanceof Node && !this.contains(event.target)) this.#close();
  };

  #onLeave(event: FocusEvent): void {
    if (event.relatedTarget instanceof Node && !this.contains(event.relatedTarget)) this.#close();
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key === "Escape") {
      this.#close();
      this.querySelector("summary")?.focus();
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !this.#details) return;
    event.preventDefault();
    this.#details.open = true;
    const items = [...this.querySelectorAll<HTMLElement>(".menu-body :is(a, button)")];
    const at = items.indexOf(document.activeElement as HTMLElement);
    items.at(at < 0 && step < 0 ? -1 : (at + step) % items.length)?.focus();
  }
}
customElements.define("ps-menu", Menu);
