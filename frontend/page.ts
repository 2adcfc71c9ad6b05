// htmx under a strict policy, and what holds for the whole page: focus after a swap, dismissing, a lost line.
import htmx from "htmx.org";

import { word } from "./elements/words";
import { toast } from "./elements/toast";

Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  scrollBehavior: "auto",
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "(400|403|404|409|422|429|5..)", swap: true, error: true },
    { code: "...", swap: false, error: true },
  ],
});

function focusTrouble(root: Element): void {
  const trouble = root.querySelector<HTMLElement>("[aria-invalid='true']") ?? root.querySelector<HTMLElement>(".problem, .form-errors");
  trouble?.focus();
}

// Focus goes where the eye goes: into what is written once the composer changed, to what is wrong before all else.
document.addEventListener("htmx:afterSwap", (event) => {
  const { target } = (event as CustomEvent<{ target?: Element }>).detail;
  if (target?.id === "composer") document.querySelector<HTMLElement>("ps-composer textarea")?.focus();
  if (event.target instanceof Element) focusTrouble(event.target);
});

document.addEventListener("DOMContentLoaded", () => focusTrouble(document.body));

document.addEventListener("htmx:beforeRequest", () => {
  for (const region of document.querySelectorAll(".problem-region")) region.replaceChildren();
});

// Behind an open dialog nobody would see the problem.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { detail } = event as CustomEvent<{ target: Element }>;
  const inDialog = document.querySelector("dialog[open] .problem-region");
  if (detail.target.id === "problem" && inDialog) detail.target = inDialog;
});

for (const lost of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(lost, () => toast(word("offline"), "error"));
}

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  event.target.closest("[data-dismiss]")?.closest("ps-toast, .problem")?.remove();
});
