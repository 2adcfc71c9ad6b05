import { toast } from "./toast";
import { word } from "./words";

// A button with data-copy puts that text on the clipboard.
document.addEventListener("click", (event) => {
  const asked = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-copy]") : null;
  if (asked) void copy(asked.dataset["copy"] ?? "");
});

async function copy(text: string): Promise<void> {
  await navigator.clipboard.writeText(text);
  toast(`${word("copied")} ${text}`, "info");
}
