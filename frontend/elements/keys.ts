import { word } from "./words";

const SEQUENCE_MS_MAX = 1_500;

// Shortcuts live on the elements they serve: data-key="r" presses a button or link, or enters a field; "g h" is one
// key after another, "x,i" either. data-keys around them names their part of the sheet. j and k walk through
// [data-row], d and u through [data-said]; ? shows the sheet. <ps-keys off> switches all of it off.
class Keys extends HTMLElement {
  #begun = "";
  #timer = 0;

  connectedCallback(): void {
    document.addEventListener("keydown", this.#onKey);
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.#onKey);
  }

  #onKey = (event: KeyboardEvent): void => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;
    if (!plain || this.hasAttribute("off") || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    if (this.#act(event.key, event.repeat)) event.preventDefault();
  };

  #act(key: string, repeated: boolean): boolean {
    const wanted = this.#begun ? `${this.#begun} ${key}` : key;
    this.#forget();
    if (wanted === "?") return showSheet();
    const walked = { j: ["[data-row]", 1], k: ["[data-row]", -1], d: ["[data-said]", 1], u: ["[data-said]", -1] }[wanted];
    if (walked) return walk(String(walked[0]), Number(walked[1]));
    if (repeated) return false;
    const served = keyed().find((element) => keysOf(element).includes(wanted));
    if (served) return press(served);
    return keyed().some((element) => keysOf(element).some((one) => one.startsWith(`${wanted} `))) && this.#begin(wanted);
  }

  #begin(key: string): boolean {
    this.#begun = key;
    this.#timer = window.setTimeout(() => this.#forget(), SEQUENCE_MS_MAX);
    return true;
  }

  #forget(): void {
    window.clearTimeout(this.#timer);
    this.#begun = "";
  }
}
customElements.define("ps-keys", Keys);

// Does what the key would do, or says that nothing here has it.
export function pressKey(key: string): boolean {
  if (key === "?") return showSheet();
  const served = keyed().find((element) => keysOf(element).includes(key));
  return served !== undefined && press(served);
}

function press(element: HTMLElement): boolean {
  if (element.matches("input, textarea, select")) element.focus();
  else element.click();
  return true;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input:not([type='checkbox'], [type='radio']), textarea, select, [contenteditable]");
}

function keysOf(element: HTMLElement): string[] {
  return (element.dataset["key"] ?? "").split(",");
}

// What stands in a closed menu can be reached as long as the menu is seen.
function keyed(): HTMLElement[] {
  const all = [...document.querySelectorAll<HTMLElement>("[data-key]")];
  return all.filter((element) => (element.closest<HTMLElement>("details.menu:not([open])") ?? element).checkVisibility());
}

function walk(selector: string, step: number): boolean {
  const all = [...document.querySelectorAll<HTMLElement>(selector)].filter((one) => one.checkVisibility());
  const at = all.findIndex((one) => one === document.activeElement || one.getAttribute("aria-current") === "true");
  const first = selector === "[data-said]" && step < 0 ? all.length - 1 : 0;
  const next = all[at < 0 ? first : Math.min(Math.max(at + step, 0), all.length - 1)];
  next?.focus();
  return next !== undefined;
}

function showSheet(): boolean {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog key-sheet";
  dialog.setAttribute("aria-labelledby", "key-sheet-title");
  const body = document.createElement("div");
  body.className = "key-parts";
  body.append(...[...parts()].map(([name, lines]) => part(name, lines)));
  dialog.append(head(dialog), body);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
  return true;
}

type Line = [keys: string[], meaning: string];

// What can be pressed here, by the part of the screen it stands in; each key once, as it would be served.
function parts(): Map<string, Line[]> {
  const found = new Map<string, Line[]>();
  const served = new Set<string>();
  const add = (name: string, keys: string[], meaning: string): void => {
    found.set(name, [...(found.get(name) ?? []), [keys, meaning]]);
  };
  if (document.querySelector("[data-row]")) {
    add(word("list"), ["j"], word("nextRow"));
    add(word("list"), ["k"], word("previousRow"));
  }
  for (const element of keyed()) {
    const keys = keysOf(element).filter((key) => !served.has(key));
    keys.forEach((key) => served.add(key));
    const name = element.closest<HTMLElement>("[data-keys]")?.dataset["keys"] ?? word("everywhere");
    if (keys.length) add(name, keys, label(element));
  }
  if (document.querySelector("[data-said]")) {
    add(word("conversation"), ["d"], word("nextMessage"));
    add(word("conversation"), ["u"], word("previousMessage"));
  }
  for (const element of document.querySelectorAll<HTMLElement>("[data-shortcut]")) {
    if (!element.checkVisibility()) continue;
    const name = element.closest<HTMLElement>("[data-keys]")?.dataset["keys"] ?? word("everywhere");
    add(name, [element.dataset["shortcut"] ?? ""], element.dataset["keyLabel"] ?? label(element));
  }
  add(word("everywhere"), ["?"], word("shortcuts"));
  return found;
}

function head(dialog: HTMLDialogElement): HTMLElement {
  const heading = document.createElement("h2");
  heading.id = "key-sheet-title";
  heading.textContent = word("shortcuts");
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn-close push";
  close.ariaLabel = word("close");
  close.addEventListener("click", () => dialog.close());
  const row = document.createElement("div");
  row.className = "dialog-head";
  row.append(heading, close);
  return row;
}

function part(name: string, lines: Line[]): HTMLElement {
  const section = document.createElement("section");
  const heading = document.createElement("h3");
  heading.textContent = name;
  const list = document.createElement("dl");
  for (const [keys, meaning] of lines) list.append(...line(keys, meaning));
  section.append(heading, list);
  return section;
}

function label(element: HTMLElement): string {
  return element.dataset["keyLabel"] ?? element.ariaLabel ?? element.textContent?.trim() ?? "";
}

function line(keys: string[], text: string): [HTMLElement, HTMLElement] {
  const [term, meaning] = [document.createElement("dt"), document.createElement("dd")];
  for (const key of keys.flatMap((one) => one.split(" "))) {
    const cap = document.createElement("kbd");
    cap.textContent = key;
    term.append(cap);
  }
  meaning.textContent = text;
  return [term, meaning];
}
