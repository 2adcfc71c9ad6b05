// Sentences the browser needs, translated by the server into the page.
export function word(name: string): string {
  const words = document.getElementById("words");
  const found = words?.dataset[name];
  if (found === undefined) throw new Error(`ui/_words.html has no ${name}`);
  return found;
}
