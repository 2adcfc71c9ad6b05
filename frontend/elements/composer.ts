import { toast } from "./toast";
import { word } from "./words";

const PREFIX = "draft:";
const EVERY_MS = 5_000;
const PAUSE_MS = 2_000;

// `version` is that of the server's draft the text was typed over.
interface Draft {
  text: string;
  sent: boolean;
  version?: string;
}

// <ps-composer draft="case:12"> around a form with one textarea: grows with the text, sends with Ctrl or Cmd and
// Enter, warns before unsent text is left behind, and keeps it in this browser until the server has taken it.
class Composer extends HTMLElement {
  #leaving = false;
  #asked = "";
  #least = 3;
  #told = 0;
  #soon = 0;

  connectedCallback(): void {
    const text = this.#text;
    this.#least = Math.max(this.#least, text.rows);
    text.setSelectionRange(text.value.length, text.value.length);
    text.addEventListener("input", () => this.#onInput());
    text.addEventListener("keydown", (event) => this.#onKey(event));
    this.#form.addEventListener("submit", () => this.#onSubmit());
    this.addEventListener("htmx:beforeRequest", () => (this.#asked = text.value));
    this.addEventListener("htmx:afterRequest", (event) => this.#onAnswer(event as CustomEvent<{ xhr: XMLHttpRequest }>));
    window.addEventListener("beforeunload", this.#onUnload);
    this.addEventListener("click", (event) => this.#onClick(event));
    text.addEventListener("line-back", () => this.#tell());
    if (this.querySelector(".form-errors")) this.#keep(false);
    else this.#restore();
    this.#fit();
  }

  disconnectedCallback(): void {
    window.removeEventListener("beforeunload", this.#onUnload);
    window.clearTimeout(this.#soon);
  }

  get #text(): HTMLTextAreaElement {
    return this.querySelector("textarea")!;
  }

  get #form(): HTMLFormElement {
    return this.querySelector("form") ?? this.closest("form")!;
  }

  get #version(): string {
    return this.querySelector<HTMLInputElement>("input[name='draft']")?.value ?? "";
  }

  get #key(): string {
    return draftPrefix() + (this.getAttribute("draft") ?? location.pathname);
  }

  #keep(sent: boolean): void {
    this.#fit();
    const draft: Draft = { text: this.#text.value, sent, version: this.#version };
    if (draft.text.trim()) localStorage.setItem(this.#key, JSON.stringify(draft));
    else localStorage.removeItem(this.#key);
  }

  // What is here and not in the server's draft was typed while there was no line. Over the same version it is the
  // newer one; else it goes below what another device has kept.
  #restore(): void {
    const stored = localStorage.getItem(this.#key);
    if (!stored) return;
    const draft = JSON.parse(stored) as Draft;
    const text = this.#text;
    if (draft.sent || text.value.includes(draft.text)) return localStorage.removeItem(this.#key);
    text.value = !text.value || draft.version === this.#version ? draft.text : `${text.value}\n\n${draft.text}`;
    toast(word("restored"), "info");
    window.setTimeout(() => text.dispatchEvent(new Event("line-back")));
  }

  #fit(): void {
    const text = this.#text;
    text.rows = Math.min(Math.max(text.value.split("\n").length + 1, this.#least), 24);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    this.#form.requestSubmit();
  }

  // The other device's text was chosen: what is here goes.
  #onClick(event: MouseEvent): void {
    if (!(event.target instanceof Element && event.target.closest("[data-forget]"))) return;
    this.#leaving = true;
    localStorage.removeItem(this.#key);
  }

  #onInput(): void {
    this.#leaving = false;
    this.#keep(false);
    window.clearTimeout(this.#soon);
    const due = Date.now() - this.#told > EVERY_MS;
    this.#soon = window.setTimeout(() => this.#tell(), due ? 0 : PAUSE_MS);
  }

  // The server keeps it at the first letter, every few seconds while typing goes on, and when it stops.
  #tell(): void {
    this.#told = Date.now();
    this.#text.dispatchEvent(new Event("keep"));
  }

  #onSubmit(): void {
    this.#leaving = true;
    window.clearTimeout(this.#soon);
    this.#keep(true);
  }

  // The status tells: htmx calls nothing successful that redirects. What was typed meanwhile is not taken yet.
  #onAnswer(event: CustomEvent<{ xhr: XMLHttpRequest }>): void {
    const { status } = event.detail.xhr;
    this.#leaving = status >= 200 && status < 400 && this.#text.value === this.#asked;
    if (this.#leaving) localStorage.removeItem(this.#key);
    else this.#keep(false);
  }

  #onUnload = (event: BeforeUnloadEvent): void => {
    const unsent = this.#text.value.trim() && this.#text.value !== this.#text.defaultValue;
    if (unsent && !this.#leaving) event.preventDefault();
  };
}
function draftPrefix(): string {
  return `${PREFIX}${document.body.dataset["reader"] ?? ""}:`;
}

function drafts(): string[] {
  return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
}

// A page that says the sending failed carries data-keep-drafts; another person's drafts do not stay on this machine.
function tidy(): void {
  const signedIn = Boolean(document.body.dataset["reader"]);
  for (const key of drafts()) {
    if (signedIn && !key.startsWith(draftPrefix())) localStorage.removeItem(key);
    else if (document.querySelector("[data-keep-drafts]")) {
      const draft = JSON.parse(localStorage.getItem(key)!) as Draft;
      localStorage.setItem(key, JSON.stringify({ ...draft, sent: false }));
    }
  }
}
tidy();
customElements.define("ps-composer", Composer);

document.addEventListener("submit", (event) => {
  if ([event.target, event.submitter].some((one) => one instanceof Element && one.matches("[data-sign-out]"))) {
    drafts().forEach((key) => localStorage.removeItem(key));
  }
});
