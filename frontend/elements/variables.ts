const VARIABLE = /\{\{\s*([^{}\s](?:[^{}]*[^{}\s])?)\s*\}\}/g;

// <ps-unfilled> in a composer names the variables that are still to be filled, leads from one to the next with F8, and
// lets nothing be sent before: the server would refuse it all the same.
class Unfilled extends HTMLElement {
  connectedCallback(): void {
    const composer = this.closest<HTMLElement>("ps-composer")!;
    composer.addEventListener("input", () => this.#tell());
    composer.addEventListener("submit", this.#onSubmit, true);
    composer.addEventListener("keydown", (event) => {
      if (event.key === "F8" && jump(this.#text)) event.preventDefault();
    });
    this.querySelector("button")!.addEventListener("click", () => jump(this.#text));
    this.#tell();
  }

  get #text(): HTMLTextAreaElement {
    return this.closest("ps-composer")!.querySelector("textarea")!;
  }

  #tell(): void {
    const names = [...new Set([...this.#text.value.matchAll(VARIABLE)].map((found) => found[1]))];
    this.hidden = names.length === 0;
    this.querySelector("output")!.textContent = names.map((name) => `{{${name}}}`).join(" ");
  }

  #onSubmit = (event: SubmitEvent): void => {
    const sends = !(event.submitter?.hasAttribute("formaction") ?? false);
    if (!sends || !jump(this.#text, 0)) return;
    event.preventDefault();
    event.stopPropagation();
  };
}
customElements.define("ps-unfilled", Unfilled);

// Selects the next variable from a place on, from the beginning when there is none after it.
export function jump(text: HTMLTextAreaElement, from: number = text.selectionEnd): boolean {
  const all = [...text.value.matchAll(VARIABLE)];
  const next = all.find((found) => found.index >= from) ?? all[0];
  if (!next) return false;
  text.blur();
  text.setSelectionRange(next.index, next.index + next[0].length);
  text.focus();
  return true;
}
