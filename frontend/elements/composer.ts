import { toast } from "./toast";
import { word } from "./words";

const PREFIX = "draft:";

interface Draft {
  text: string;
  sent: boolean;
}

// <ps-composer draft="case:12"> around a form with one textarea: grows with the text, sends with Ctrl or Cmd and
// Enter, warns before unsent text is left behind, and keeps it in this browser until the server has taken it.
class Composer extends HTMLElement {
  #leaving = false;
  #asked = "";
  #least = 3;

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
    if (this.querySelector(".form-errors")) this.#keep(false);
    else this.#restore();
    this.#fit();
  }

  disconnectedCallback(): void {
    window.removeEventListener("beforeunload", this.#onUnload);
  }

  get #text(): HTMLTextAreaElement {
    return this.querySelector("textarea")!;
  }

  get #form(): HTMLFormElement {
    return this.querySelector("form") ?? this.closest("form")!;
  }

  get #key(): string {
    return draftPrefix() + (this.getAttribute("draft") ?? location.pathname);
  }

  #keep(sent: boolean): void {
    this.#fit();
    const draft: Draft = { text: this.#text.value, sent };
    if (draft.text.trim()) localStorage.setItem(this.#key, JSON.stringify(draft));
    else localStorage.removeItem(this.#key);
  }

  #restore(): void {
    const stored = localStorage.getItem(this.#key);
    if (!stored) return;
    const draft = JSON.parse(stored) as Draft;
    if (draft.sent) localStorage.removeItem(this.#key);
    else if (!this.#text.value) {
      this.#text.value = draft.text;
      toast(word("restored"), "info");
    }
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

  #onInput(): void {
    this.#leaving = false;
    this.#keep(false);
  }

  #onSubmit(): void {
    this.#leaving = true;
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
