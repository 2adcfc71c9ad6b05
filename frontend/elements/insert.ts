import { jump } from "./variables";

// A link with data-insert puts its text where the cursor stands in what is being written, and closes the dialog it is in.
document.addEventListener("click", (event) => {
  const asked = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-insert]") : null;
  const writing = document.querySelector<HTMLTextAreaElement>("ps-composer textarea");
  if (!asked || !writing) return;
  event.preventDefault();
  const [text, from] = [asked.dataset["insert"] ?? "", writing.selectionStart];
  writing.setRangeText(text, writing.selectionStart, writing.selectionEnd, "end");
  writing.dispatchEvent(new Event("input", { bubbles: true }));
  asked.closest("dialog")?.close();
  document.querySelector<HTMLElement>("[data-show-pane='main']")?.click();
  writing.focus();
  if (text.includes("{{")) jump(writing, from);
});
