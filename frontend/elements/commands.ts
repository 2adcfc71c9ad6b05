import htmx from "htmx.org";

import { fit } from "./fuzzy";
import { pressKey } from "./keys";

const RECENT_MAX = 5;
const FOUND_AFTER_MS = 200;

// <ps-commands src> around a dialog with a combobox: Ctrl or Cmd with K, or what bears data-commands, opens it. The
// server says what may be done here; what is typed narrows it down, and finds cases and customers too.
class Commands extends HTMLElement {
  #timer = 0;

  connectedCallback(): void {
    document.addEventListener("keydown", this.#onShortcut);
    document.addEventListener("click", this.#onOpener);
    this.#dialog.addEventListener("click", (event) => this.#onClick(event));
    this.#input.addEventListener("input", () => this.#onInput());
    this.#input.addEventListener("keydown", (event) => this.#onKey(event));
    this.addEventListener("htmx:afterSwap", () => this.#filter());
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.#onShortcut);
    document.removeEventListener("click", this.#onOpener);
  }

  get #dialog(): HTMLDialogElement {
    return this.querySelector("dialog")!;
  }

  get #input(): HTMLInputElement {
    return this.querySelector("[role='combobox']")!;
  }

  get #list(): HTMLElement {
    return this.querySelector<HTMLElement>("[role='listbox']")!;
  }

  get #shown(): HTMLElement[] {
    return [...this.#list.querySelectorAll<HTMLElement>("[role='option']")].filter((one) => !one.hidden);
  }

  #onShortcut = (event: KeyboardEvent): void => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (this.#dialog.open) this.#dialog.close();
    else this.#open();
  };

  #onOpener = (event: MouseEvent): void => {
    if (!(event.target instanceof Element) || !event.target.closest("[data-commands]")) return;
    event.preventDefault();
    this.#open();
  };

  #open(): void {
    if (document.querySelector("dialog[open]")) return;
    const asked = new URLSearchParams(location.search);
    asked.set("at", location.pathname);
    this.#input.value = "";
    this.#list.replaceChildren();
    this.#dialog.showModal();
    const next = this.querySelector<HTMLInputElement>("[name='next']");
    if (next) next.value = location.pathname + location.search;
    void htmx.ajax("get", `${this.getAttribute("src")}?${asked}`, { target: this.#list, swap: "innerHTML" });
  }

  #onInput(): void {
    window.clearTimeout(this.#timer);
    this.#filter();
    this.#timer = window.setTimeout(() => this.#find(), FOUND_AFTER_MS);
  }

  #find(): void {
    const [typed, part] = [this.#input.value.trim(), this.#list.querySelector<HTMLElement>("[data-found]")];
    if (!part) return;
    if (typed.length < 2 && !/\d/.test(typed)) part.querySelectorAll("[role='option']").forEach((one) => one.remove());
    else void htmx.ajax("get", `${part.dataset["found"]}?${new URLSearchParams({ q: typed })}`, { target: part, swap: "innerHTML" });
    this.#filter();
  }

  // Those that fit, the best of each part first; what was used last stands above them while nothing is typed.
  #filter(): void {
    const typed = this.#input.value;
    for (const part of this.#list.querySelectorAll<HTMLElement>("[role='group']:not([data-found])")) {
      const options = [...part.querySelectorAll<HTMLElement>("[role='option']")];
      const scored = options.map((one) => [fit(one.dataset["words"] ?? "", typed), one] as const);
      for (const [score, one] of scored) one.hidden = score === 0;
      if (typed) part.append(...scored.sort(([a], [b]) => b - a).map(([, one]) => one));
    }
    this.#putRecentFirst(!typed);
    for (const part of this.#list.querySelectorAll<HTMLElement>("[role='group']")) {
      part.hidden = !part.querySelector("[role='option']:not([hidden])");
    }
    const none = this.querySelector<HTMLElement>("[data-none]");
    if (none) none.hidden = this.#shown.length > 0 || this.#list.childElementCount === 0;
    this.#choose(this.#shown[0]);
  }

  #putRecentFirst(wanted: boolean): void {
    const part = this.#list.querySelector<HTMLElement>("[data-recent]");
    if (!part) return;
    for (const one of [...part.querySelectorAll<HTMLElement>("[role='option']")]) {
      document.getElementById(one.dataset["of"] ?? "")?.append(one);
    }
    const codes = wanted ? recent() : [];
    const all = [...this.#list.querySelectorAll<HTMLElement>("[data-code]")];
    part.append(...codes.flatMap((code) => all.filter((one) => one.dataset["code"] === code)));
  }

  #choose(option: HTMLElement | undefined): void {
    this.#list.querySelector("[aria-selected='true']")?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.#input.setAttribute("aria-activedescendant", option.id);
    else this.#input.removeAttribute("aria-activedescendant");
  }

  #onKey(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const shown = this.#shown;
    const at = shown.findIndex((one) => one.getAttribute("aria-selected") === "true");
    if (step) this.#choose(shown.at((at + step) % shown.length));
    else if (event.key === "Enter") shown[at]?.click();
    else return;
    event.preventDefault();
  }

  #onClick(event: MouseEvent): void {
    if (event.target === this.#dialog) return this.#dialog.close();
    const chosen = event.target instanceof Element && event.target.closest<HTMLElement>("[role='option']");
    if (!chosen) return;
    if (!chosen.closest("[data-found]")) remember(chosen.dataset["code"] ?? "");
    const key = chosen.dataset["press"] ?? "";
    this.#dialog.close();
    if (key && pressKey(key)) event.preventDefault();
  }
}
customElements.define("ps-commands", Commands);

function place(): string {
  return `commands:${document.body.dataset["reader"] ?? ""}`;
}

function recent(): string[] {
  return JSON.parse(localStorage.getItem(place()) ?? "[]") as string[];
}

function remember(code: string): void {
  if (!code) return;
  const codes = [code, ...recent().filter((one) => one !== code)].slice(0, RECENT_MAX);
  localStorage.setItem(place(), JSON.stringify(codes));
}
