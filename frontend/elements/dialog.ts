// The page's one dialog: a link with hx-get and hx-target="#dialog-body" opens it with what the server answers.
// The server closes it with the header HX-Trigger: dialog-close.
class PageDialog extends HTMLElement {
  connectedCallback(): void {
    document.addEventListener("htmx:afterSwap", this.#onSwap);
    document.addEventListener("dialog-close", this.#close);
    this.addEventListener("click", (event) => {
      const chosen = event.target instanceof Element && event.target.closest("[data-close]");
      if (chosen || event.target === this.#dialog) this.#close(event);
    });
    this.#dialog.addEventListener("close", () => this.#body.replaceChildren());
  }

  disconnectedCallback(): void {
    document.removeEventListener("htmx:afterSwap", this.#onSwap);
    document.removeEventListener("dialog-close", this.#close);
  }

  get #dialog(): HTMLDialogElement {
    return this.querySelector("dialog")!;
  }

  get #body(): Element {
    return this.querySelector("#dialog-body")!;
  }

  #onSwap = (event: Event): void => {
    if (event.target === this.#body && this.#body.childElementCount && !this.#dialog.open) this.#dialog.showModal();
  };

  #close = (event: Event): void => {
    event.preventDefault();
    if (this.#dialog.open) this.#dialog.close();
  };
}
customElements.define("ps-dialog", PageDialog);
