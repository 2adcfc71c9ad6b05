// How well the words fit what was typed: 0 not at all; the beginning before the middle, whole before scattered.
export function fit(words: string, typed: string): number {
  const [text, asked] = [words.toLowerCase(), typed.toLowerCase().trim()];
  if (!asked) return 1;
  const parts = asked.split(/\s+/).map((part) => fitOne(text, part));
  return parts.includes(0) ? 0 : Math.min(...parts);
}

function fitOne(text: string, asked: string): number {
  const at = text.indexOf(asked);
  if (at === 0) return 100;
  if (at > 0) return /[\s\n·(]/.test(text[at - 1] ?? "") ? 80 : 60;
  return scattered(text, asked);
}

// Every sign in its order: 1 to 40, the more the closer they stand.
function scattered(text: string, asked: string): number {
  let [from, first] = [0, -1];
  for (const sign of asked) {
    const at = text.indexOf(sign, from);
    if (at < 0) return 0;
    if (first < 0) first = at;
    from = at + 1;
  }
  return Math.max(1, 40 - (from - first - asked.length));
}
