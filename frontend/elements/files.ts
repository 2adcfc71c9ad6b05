// <ps-files data-count-max data-bytes-max> around a file input: names what was chosen, and marks what a mail cannot carry.
class Files extends HTMLElement {
  connectedCallback(): void {
    this.#input.addEventListener("change", () => this.#tell());
  }

  get #input(): HTMLInputElement {
    return this.querySelector("input")!;
  }

  #tell(): void {
    const files = [...(this.#input.files ?? [])];
    const size = new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: "kilobyte", maximumFractionDigits: 0 });
    const output = this.querySelector("output")!;
    output.textContent = files.map((file) => `${file.name} (${size.format(Math.ceil(file.size / 1024))})`).join(", ");
    const tooMuch = files.length > this.#limit("countMax") || files.some((file) => file.size > this.#limit("bytesMax"));
    output.classList.toggle("too-much", tooMuch);
  }

  #limit(name: string): number {
    return Number(this.dataset[name]);
  }
}
customElements.define("ps-files", Files);
