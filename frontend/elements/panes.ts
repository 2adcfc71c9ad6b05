// On a narrow window one pane shows at a time: the one that was asked for last.
class Panes extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("htmx:afterSwap", (event) => {
      if (event.target instanceof Element && event.target.id === "pane-main") this.#show("main");
    });
    this.addEventListener("click", (event) => {
      if (!(event.target instanceof Element)) return;
      const asked = event.target.closest<HTMLElement>("[data-show-pane]")?.dataset["showPane"];
      if (!asked) return;
      event.preventDefault();
      this.#show(asked);
    });
  }

  #show(pane: string): void {
    this.dataset["pane"] = pane;
  }
}
customElements.define("ps-panes", Panes);
