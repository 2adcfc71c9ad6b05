// On a narrow window one pane shows at a time: the one that was asked for last.
class Panes extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("htmx:afterSwap", (event) => {
      const { target } = (event as CustomEvent<{ target: Element }>).detail;
      if (target.id === "pane-main") this.#opened();
      else if (target.matches(".earlier")) this.#read();
    });
    this.addEventListener("click", (event) => {
      if (!(event.target instanceof Element)) return;
      const asked = event.target.closest<HTMLElement>("[data-show-pane]")?.dataset["showPane"];
      if (!asked) return;
      event.preventDefault();
      this.#show(asked);
    });
  }

  // What was opened is read next: its messages take the focus, so that the keys scroll them.
  #opened(): void {
    this.#show("main");
    this.#read();
    this.querySelector("[data-row][aria-current='true']")?.scrollIntoView({ block: "nearest" });
  }

  #read(): void {
    this.querySelector<HTMLElement>(".thread-body")?.focus({ preventScroll: true });
  }

  #show(pane: string): void {
    this.dataset["pane"] = pane;
  }
}
customElements.define("ps-panes", Panes);
