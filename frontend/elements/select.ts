const DRAWN = ["htmx:afterSettle", "ps-drawn"];

// Rows are chosen by their boxes: by a click, with Shift from the last one on, by v where the focus is, or all that are
// shown. What was chosen stays so when the list is drawn anew.
class Select extends HTMLElement {
  #chosen = new Set<string>();
  #last: string | null = null;

  connectedCallback(): void {
    document.addEventListener("click", this.#onClick);
    for (const drawn of DRAWN) document.addEventListener(drawn, this.#restore);
    this.#note();
  }

  disconnectedCallback(): void {
    document.removeEventListener("click", this.#onClick);
    for (const drawn of DRAWN) document.removeEventListener(drawn, this.#restore);
  }

  #onClick = (event: MouseEvent): void => {
    const target = event.target instanceof Element ? event.target : null;
    if (target instanceof HTMLInputElement && target.matches(".row-check")) this.#ticked(target, event.shiftKey);
    else if (this.contains(target) && target?.closest("[data-pick]")) here()?.click();
    else if (this.contains(target) && target?.closest("[data-all], [data-none]")) this.#every(event, target.closest("[data-all]") !== null);
  };

  #ticked(box: HTMLInputElement, withShift: boolean): void {
    const all = boxes();
    const [from, to] = [all.findIndex((one) => one.value === this.#last), all.indexOf(box)].sort((a, b) => a - b) as [number, number];
    if (withShift && from >= 0) for (const one of all.slice(from, to + 1)) one.checked = box.checked;
    this.#last = box.value;
    this.#note();
  }

  #every(event: Event, checked: boolean): void {
    event.preventDefault();
    for (const one of boxes()) one.checked = checked;
    this.#note();
  }

  #note(): void {
    this.#chosen = new Set(boxes().filter((one) => one.checked).map((one) => one.value));
    const told = this.querySelector("output");
    if (told) told.textContent = (told.dataset["text"] ?? "").replace("{n}", String(this.#chosen.size));
  }

  #restore = (): void => {
    for (const one of boxes()) one.checked = this.#chosen.has(one.value);
    this.#note();
  };
}
customElements.define("ps-select", Select);

function boxes(): HTMLInputElement[] {
  return [...document.querySelectorAll<HTMLInputElement>(".row-check")];
}

function here(): HTMLInputElement | null {
  const row = document.activeElement?.closest("li") ?? document.querySelector("[data-row][aria-current='true']")?.closest("li");
  return row?.querySelector<HTMLInputElement>(".row-check") ?? null;
}
