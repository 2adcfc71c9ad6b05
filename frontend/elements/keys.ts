import { word } from "./words";

// Shortcuts live on the elements they serve: data-key="r" presses a button or link, or enters a field.
// j and k walk through [data-row]; ? shows the sheet. <ps-keys off> switches all of it off.
class Keys extends HTMLElement {
  connectedCallback(): void {
    document.addEventListener("keydown", this.#onKey);
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.#onKey);
  }

  #onKey = (event: KeyboardEvent): void => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;
    if (!plain || this.hasAttribute("off") || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    if (this.#act(event.key)) event.preventDefault();
  };

  #act(key: string): boolean {
    if (key === "?") return this.#sheet();
    if (key === "j" || key === "k") return walk(key === "j" ? 1 : -1);
    const served = keyed().find((element) => element.dataset["key"] === key);
    if (!served) return false;
    if (served.matches("input, textarea, select")) served.focus();
    else served.click();
    return true;
  }

  #sheet(): boolean {
    const dialog = document.createElement("dialog");
    dialog.className = "dialog key-sheet";
    const heading = document.createElement("h2");
    heading.textContent = word("shortcuts");
    const list = document.createElement("dl");
    const known: [string, string][] = keyed().map((element) => [element.dataset["key"] ?? "", label(element)]);
    if (rows().length) known.push(["j", word("nextRow")], ["k", word("previousRow")]);
    for (const [key, text] of [...known, ["?", word("shortcuts")]] as const) list.append(...line(key, text));
    dialog.append(heading, list);
    dialog.addEventListener("close", () => dialog.remove());
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    document.body.append(dialog);
    dialog.showModal();
    return true;
  }
}
customElements.define("ps-keys", Keys);

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input:not([type='checkbox'], [type='radio']), textarea, select, [contenteditable]");
}

function keyed(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-key]")].filter((element) => element.checkVisibility());
}

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-row]")];
}

function walk(step: number): boolean {
  const all = rows();
  const at = all.findIndex((row) => row === document.activeElement || row.getAttribute("aria-current") === "true");
  const next = all[at < 0 ? 0 : Math.min(Math.max(at + step, 0), all.length - 1)];
  next?.focus();
  return next !== undefined;
}

function label(element: HTMLElement): string {
  return element.dataset["keyLabel"] ?? element.ariaLabel ?? element.textContent?.trim() ?? "";
}

function line(key: string, text: string): [HTMLElement, HTMLElement] {
  const [term, meaning, cap] = [document.createElement("dt"), document.createElement("dd"), document.createElement("kbd")];
  cap.textContent = key;
  term.append(cap);
  meaning.textContent = text;
  return [term, meaning];
}
