import htmx from "htmx.org";
import { Idiomorph } from "idiomorph";

// <ps-live src data-after data-down data-ended>: the page's one stream. It is told what changed, by code and id, and
// fetches what the page shows of it. A tab that nobody looks at has no stream; it asks what it missed when it is seen.
const HIDDEN_MS = 5_000;
const DOWN_MS = 2_500;
const AGAIN_MS = 3_000;
const TYPING_MS = 8_500;
const SPREAD_MS = 250;

interface Told {
  subject: string;
  id: string;
}
type Part = "case" | "list" | "counts" | "presence";

class Live extends HTMLElement {
  #source: EventSource | null = null;
  #after = "";
  #about = "";
  #over = false;
  #wanted = new Set<Part>();
  #timers: Record<string, number> = {};

  connectedCallback(): void {
    this.#after = this.dataset["after"] ?? "";
    document.addEventListener("visibilitychange", () => this.#onLook());
    document.addEventListener("htmx:afterSettle", () => this.#onSwap());
    window.addEventListener("offline", () => this.#show("down"));
    window.addEventListener("online", () => this.#open());
    window.addEventListener("pagehide", () => this.#close());
    window.addEventListener("pageshow", (event) => event.persisted && this.#open());
    this.#onLook();
  }

  #onLook(): void {
    window.clearTimeout(this.#timers["hidden"]);
    if (document.hidden) this.#later("hidden", HIDDEN_MS, () => this.#close());
    else if (!this.#source) this.#open();
  }

  #onSwap(): void {
    if (this.#source && shown("case-head")?.dataset["about"] !== (this.#about || undefined)) this.#open();
  }

  #open(): void {
    if (this.#over) return;
    this.#close();
    this.#about = shown("case-head")?.dataset["about"] ?? "";
    const query = new URLSearchParams({ after: this.#after, tab: tab(), about: this.#about });
    const source = new EventSource(`${this.getAttribute("src")}?${query}`);
    source.addEventListener("hello", (event) => this.#onHello(event));
    source.addEventListener("changed", (event) => this.#onChanged(event));
    source.addEventListener("ended", () => this.#onEnded());
    source.addEventListener("error", () => this.#onError());
    this.#source = source;
  }

  #close(): void {
    this.#source?.close();
    this.#source = null;
  }

  #onHello(event: MessageEvent<string>): void {
    const { whole } = JSON.parse(event.data) as { whole: boolean };
    const wasDown = !this.hidden;
    window.clearTimeout(this.#timers["down"]);
    delete this.#timers["down"];
    this.hidden = true;
    if (!whole) this.#want("case", "list", "counts");
    this.#want("presence");
    const writing = document.querySelector("ps-composer textarea");
    if (wasDown && writing) htmx.trigger(writing, "line-back");
    this.#after = event.lastEventId;
    this.dataset["heard"] = this.#after;
  }

  #onChanged(event: MessageEvent<string>): void {
    const { subject, id } = JSON.parse(event.data) as Told;
    this.#after = event.lastEventId;
    if (subject === "kernel.presence") this.#want("presence");
    else if (subject === "kernel.gap") this.#want("case", "list", "counts", "presence");
    else if (subject === "conversations.conversation") this.#want(id === this.#about ? "case" : "list", "counts");
    else this.#want("list", "counts");
  }

  #onEnded(): void {
    this.#over = true;
    this.#close();
    this.#show("ended");
  }

  // The browser tries again by itself unless the server answered with something else than a stream.
  #onError(): void {
    if (!this.#timers["down"]) this.#later("down", DOWN_MS, () => this.#show("down"));
    if (this.#source?.readyState === EventSource.CLOSED) this.#later("again", AGAIN_MS * (1 + Math.random()), () => this.#open());
  }

  #show(why: "down" | "ended"): void {
    this.querySelector("span")!.textContent = this.dataset[why] ?? "";
    this.hidden = false;
  }

  // Many screens hear the same at once: each waits a moment of its own, and fetches once what was told several times.
  #want(...parts: Part[]): void {
    for (const part of parts) this.#wanted.add(part);
    if (!this.#timers["fetch"]) this.#later("fetch", Math.random() * SPREAD_MS, () => void this.#fetch());
  }

  async #fetch(): Promise<void> {
    const wanted = [...this.#wanted];
    this.#wanted.clear();
    try {
      await Promise.all(wanted.map((part) => this.#refresh(part, wanted)));
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    } finally {
      delete this.#timers["fetch"];
      if (this.#wanted.size) this.#want();
    }
  }

  #refresh(part: Part, wanted: Part[]): Promise<void> {
    if (part === "case") return this.#case();
    if (part === "list") return wanted.includes("case") && shown("case-head") ? Promise.resolve() : this.#list();
    return part === "counts" ? this.#counts() : this.#presence();
  }

  async #case(): Promise<void> {
    const head = shown("case-head");
    if (!head) return;
    const about = this.#about;
    const parts = await fetched(`${head.dataset["live"]}${join(head.dataset["live"])}`);
    if (!parts || shown("case-head")?.dataset["about"] !== about) return;
    inPlace(() => ["case-head", "thread", "pane-context", "pane-list"].forEach((id) => renew(id, parts)));
    renewComposer(parts);
  }

  async #list(): Promise<void> {
    const head = shown("list-head");
    if (!head) return;
    const open = location.pathname.match(/^\/cases\/([0-9a-f-]{36})\//)?.[1];
    const query = new URLSearchParams(location.search);
    if (open) query.set("open", open);
    const found = await fetched(`${head.dataset["live"]}?${query}`);
    const list = document.getElementById("pane-list");
    if (found && list) morph(list, found, "innerHTML");
  }

  async #counts(): Promise<void> {
    const answer = await fetch(`${this.getAttribute("src")}counts/`);
    if (answer.status !== 200 || answer.redirected) return;
    const counts = (await answer.json()) as Record<string, number>;
    for (const entry of document.querySelectorAll<HTMLElement>("[data-entry]")) count(entry, counts[entry.dataset["entry"]!] ?? 0);
  }

  async #presence(): Promise<void> {
    const place = shown("presence");
    if (!place) return;
    const found = await fetched(place.dataset["live"]!);
    if (!found) return;
    morph(place, found, "innerHTML");
    if (place.querySelector(".is-typing")) this.#later("typing", TYPING_MS, () => this.#want("presence"));
  }

  #later(name: string, wait: number, act: () => void): void {
    window.clearTimeout(this.#timers[name]);
    this.#timers[name] = window.setTimeout(act, wait);
  }
}
customElements.define("ps-live", Live);

function shown(id: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`#${id}[data-live]`);
}

// The address carries what the list was asked for; how much of the thread is shown stands in the page's own.
function join(address: string | undefined): string {
  const whole = new URLSearchParams(location.search).has("whole");
  return whole ? `${address?.includes("?") ? "&" : "?"}whole=1` : "";
}

function tab(): string {
  const kept = sessionStorage.getItem("tab") ?? uuid();
  sessionStorage.setItem("tab", kept);
  return kept;
}

// crypto.randomUUID is for https only.
function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function fetched(address: string): Promise<DocumentFragment | null> {
  const answer = await fetch(address, { headers: { "HX-Request": "true" } });
  if (answer.status !== 200) return null;
  const template = document.createElement("template");
  template.innerHTML = await answer.text();
  return template.content;
}

function renew(id: string, parts: DocumentFragment): void {
  const [old, found] = [document.getElementById(id), parts.getElementById(id)];
  if (!old || !found) return;
  if (id === "case-head") morph(old, found, "outerHTML");
  else morph(old, id === "thread" ? withEarlier(old, found) : [...found.childNodes], "innerHTML");
}

// Pages of earlier messages that were asked for stay above the newest, which is all that the server draws.
function withEarlier(old: Element, found: Element): Node[] {
  const drawn = [...found.childNodes];
  const first = found.querySelector(".message");
  const here = first && document.getElementById(first.id);
  if (!here) return drawn;
  const standing = [...old.childNodes];
  const above = standing.slice(0, standing.indexOf(here)).map((node) => node.cloneNode(true));
  return [...above, ...drawn.slice(drawn.indexOf(first))];
}

// What is open stays open, what has the focus keeps it, and who is there is told by the presence alone.
function morph(old: Element, found: Node | Node[], morphStyle: "innerHTML" | "outerHTML"): void {
  const content = found instanceof DocumentFragment ? [...found.childNodes] : found;
  Idiomorph.morph(old, content as Element, {
    morphStyle,
    ignoreActiveValue: true,
    callbacks: {
      beforeAttributeUpdated: (name: string) => name !== "open",
      beforeNodeMorphed: (node: Node) => !(node instanceof Element && node.id === "presence" && node !== old),
    },
  });
  htmx.process(old.isConnected ? old : document.body);
  document.dispatchEvent(new Event("ps-drawn"));
}

// Whoever reads further up stays there while the thread grows below.
function inPlace(act: () => void): void {
  const body = document.querySelector(".thread-body");
  const top = body?.getBoundingClientRect().top ?? 0;
  const away = body !== null && body.scrollTop < -40;
  const read = away ? [...body.querySelectorAll(".thread > li")].find((item) => item.getBoundingClientRect().bottom > top) : undefined;
  const before = read?.getBoundingClientRect().top ?? 0;
  act();
  if (body && read?.isConnected) body.scrollTop += read.getBoundingClientRect().top - before;
}

// Nothing that is being written is touched, nor the way of writing that was chosen and is still open. While nothing is
// written, the author has seen what the thread shows.
function renewComposer(parts: DocumentFragment): void {
  const [foot, fresh] = [document.getElementById("pane-foot"), parts.getElementById("pane-foot")];
  const text = foot?.querySelector("textarea");
  if (!foot || !fresh || text?.value.trim() || foot.querySelector(".problem, .two-texts")) return;
  if (!sameMode(foot, fresh) && !foot.contains(document.activeElement)) return replace(foot, fresh);
  const [old, seen] = [foot, fresh].map((place) => place.querySelector<HTMLInputElement>("input[name='seen']"));
  if (old && seen) old.value = seen.value;
}

function sameMode(foot: Element, fresh: Element): boolean {
  const chosen = foot.querySelector<HTMLButtonElement>("[name='mode'][aria-pressed='true']")?.value;
  return [...fresh.querySelectorAll<HTMLButtonElement>("[name='mode']")].some((button) => button.value === chosen);
}

// As a whole: what is put together child by child would find its elements begun before they have their parts.
function replace(foot: Element, fresh: Element): void {
  foot.replaceChildren(...fresh.childNodes);
  htmx.process(foot);
}

function count(entry: HTMLElement, number: number): void {
  const badge = entry.querySelector(".count") ?? document.createElement("span");
  badge.className = "count";
  badge.textContent = String(number);
  if (number) entry.append(badge);
  else badge.remove();
}
