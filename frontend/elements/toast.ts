import { word } from "./words";

const SHOWN_MS = 8_000;

// A short note that leaves by itself; an error stays until it is dismissed.
class Toast extends HTMLElement {
  connectedCallback(): void {
    if (!this.classList.contains("toast-error")) window.setTimeout(() => this.remove(), SHOWN_MS);
  }
}
customElements.define("ps-toast", Toast);

export function toast(text: string, level: "info" | "error"): void {
  const region = document.getElementById("messages");
  if ([...(region?.children ?? [])].some((shown) => shown.textContent === text)) return;
  const note = document.createElement("ps-toast");
  note.className = `toast-note toast-${level}`;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn-close";
  close.dataset["dismiss"] = "";
  close.ariaLabel = word("close");
  const words = document.createElement("span");
  words.textContent = text;
  note.append(words, close);
  region?.append(note);
}
