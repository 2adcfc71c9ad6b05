// What lies behind a summary is shown over the page to who points at it or reaches it by key, until they go on or press
// Escape; a click or a touch keeps it open in its place, as <details> does by itself.
class Peek extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && this.#peek());
    this.addEventListener("pointerleave", () => this.#end());
    this.addEventListener("focusin", (event) => event.target instanceof Element && event.target.matches(":focus-visible") && this.#peek());
    this.addEventListener("focusout", (event) => event.relatedTarget instanceof Node && this.contains(event.relatedTarget) || this.#end());
    this.addEventListener("keydown", (event) => event.key === "Escape" && this.#end());
    this.addEventListener("click", this.#keep);
  }

  get #details(): HTMLDetailsElement | null {
    return this.querySelector("details");
  }

  #peek(): void {
    const details = this.#details;
    if (details && !details.open) details.open = details.toggleAttribute("data-peek", true);
  }

  #end(): void {
    const details = this.#details;
    if (details?.hasAttribute("data-peek")) details.open = details.toggleAttribute("data-peek", false);
  }

  #keep = (event: Event): void => {
    if (!this.#details?.hasAttribute("data-peek") || !(event.target as Element).closest("summary")) return;
    event.preventDefault();
    this.#details.removeAttribute("data-peek");
  };
}
customElements.define("ps-peek", Peek);
