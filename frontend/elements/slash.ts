import { fit } from "./fuzzy";
import { jump } from "./variables";

// A slash that begins a word, and what was typed after it; not that of an address, a date or a fraction.
const ASKED = /(?:^|[^\p{Script=Latin}\p{N}/:._-])\/([^\s/]{0,30})$/u;
const SHOWN_MAX = 8;

// <ps-slash src> in a composer with a listbox in it: typing / offers the scripts that may be used here, under the caret.
class Slash extends HTMLElement {
  #all: HTMLElement[] | null = null;
  #at = -1;
  #left = -1;

  connectedCallback(): void {
    this.#text.addEventListener("input", (event) => !(event as InputEvent).isComposing && void this.#look());
    this.#text.addEventListener("compositionend", () => void this.#look());
    this.#text.addEventListener("keydown", (event) => this.#onKey(event));
    this.#text.addEventListener("blur", () => this.#close());
    this.#list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const chosen = event.target instanceof Element && event.target.closest<HTMLElement>("[role='option']");
      if (chosen) this.#insert(chosen);
    });
  }

  get #text(): HTMLTextAreaElement {
    return this.closest("ps-composer")!.querySelector("textarea")!;
  }

  get #list(): HTMLElement {
    return this.querySelector<HTMLElement>("[role='listbox']")!;
  }

  get #active(): HTMLElement | null {
    return this.#list.querySelector("[aria-selected='true']");
  }

  // What stands between the slash and the caret, null where nothing is asked.
  get #asked(): string | null {
    const { value, selectionStart, selectionEnd } = this.#text;
    if (selectionStart !== selectionEnd) return null;
    const found = ASKED.exec(value.slice(0, selectionStart));
    const typed = found?.[1] ?? null;
    this.#at = typed === null ? -1 : selectionStart - typed.length - 1;
    return typed;
  }

  async #look(): Promise<void> {
    if (this.#asked === null) this.#left = -1;
    if (this.#asked === null || this.#at === this.#left) return this.#close();
    this.#all ??= await this.#fetched();
    const asked = this.#asked;
    if (asked === null) return this.#close();
    const scored = this.#all.map((one) => [fit(one.dataset["words"] ?? "", asked), one] as const);
    const fitting = scored.filter(([score]) => score > 0).sort(([a], [b]) => b - a).slice(0, SHOWN_MAX);
    this.#show(fitting.map(([, one]) => one));
  }

  async #fetched(): Promise<HTMLElement[]> {
    const answer = await fetch(this.getAttribute("src")!, { headers: { "HX-Request": "true" } });
    if (!answer.ok) return [];
    const holder = document.createElement("template");
    holder.innerHTML = await answer.text();
    return [...holder.content.querySelectorAll<HTMLElement>("[role='option']")];
  }

  #show(options: HTMLElement[]): void {
    this.#list.replaceChildren(...options);
    this.#list.hidden = options.length === 0;
    this.#choose(options[0]);
    if (options.length) this.#place();
  }

  #place(): void {
    const { left, top, height } = caret(this.#text, this.#at);
    const box = this.#text.getBoundingClientRect();
    const width = Math.min(360, window.innerWidth - 16);
    this.#list.style.width = `${width}px`;
    this.#list.style.left = `${Math.max(8, Math.min(box.left + left, window.innerWidth - width - 8))}px`;
    const line = Math.min(Math.max(box.top + top, box.top), box.bottom);
    const below = window.innerHeight - line - height;
    const upward = below < this.#list.offsetHeight + 8;
    this.#list.style.top = `${upward ? Math.max(8, line - this.#list.offsetHeight - 4) : line + height + 4}px`;
  }

  #choose(option: HTMLElement | undefined): void {
    this.#active?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.#text.setAttribute("aria-activedescendant", option.id);
    else this.#text.removeAttribute("aria-activedescendant");
  }

  #close(): void {
    if (this.#list.hidden) return;
    this.#list.hidden = true;
    this.#choose(undefined);
  }

  #onKey(event: KeyboardEvent): void {
    if (this.#list.hidden || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const options = [...this.#list.querySelectorAll<HTMLElement>("[role='option']")];
    if (step) this.#choose(options.at((options.indexOf(this.#active!) + step) % options.length));
    else if (event.key === "Escape") {
      this.#left = this.#at;
      this.#close();
    } else if ((event.key === "Enter" || event.key === "Tab") && !event.ctrlKey && !event.metaKey && this.#active) {
      this.#insert(this.#active);
    } else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  #insert(option: HTMLElement): void {
    const text = this.#text;
    const from = this.#at;
    text.setRangeText(option.dataset["text"] ?? "", from, text.selectionEnd, "end");
    text.focus();
    this.#close();
    text.dispatchEvent(new Event("input", { bubbles: true }));
    const inserted = text.value.slice(from, text.selectionEnd);
    if (inserted.includes("{{")) jump(text, from);
  }
}
customElements.define("ps-slash", Slash);

// Where a sign of the text stands inside its field: a twin of the field is laid out and measured.
function caret(field: HTMLTextAreaElement, at: number): { left: number; top: number; height: number } {
  const style = getComputedStyle(field);
  const twin = document.createElement("div");
  for (const name of ["font", "letterSpacing", "lineHeight", "padding", "border", "boxSizing", "tabSize"] as const) twin.style[name] = style[name];
  Object.assign(twin.style, { position: "fixed", visibility: "hidden", whiteSpace: "pre-wrap", overflowWrap: "break-word" });
  twin.style.width = `${field.clientWidth}px`;
  const mark = document.createElement("span");
  mark.textContent = "/";
  twin.append(field.value.slice(0, at), mark);
  document.body.append(twin);
  const [left, top, height] = [mark.offsetLeft, mark.offsetTop - field.scrollTop, mark.offsetHeight];
  twin.remove();
  return { left, top, height };
}
