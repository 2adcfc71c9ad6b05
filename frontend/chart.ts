// <ps-chart table="weeks">: draws the table of that id, which stays beside it for everybody who reads rather than looks.
// A row with data-drawn is a series: "bar" on the left axis (counts), "line" on the right (percent); data-hidden leaves it
// to the legend. Cells carry data-value; a point opens what the link in its cell opens.
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { type EChartsType, init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

const COLOURS = ["--accent-line", "--blue-ink", "--accent", "--amber", "--violet-ink", "--green-ink", "--red", "--ink-faint"];

class Chart extends HTMLElement {
  #chart: EChartsType | null = null;
  #watching = new AbortController();
  #sizes = new ResizeObserver(() => this.#chart?.resize());

  connectedCallback(): void {
    this.#chart = init(this, null, { renderer: "canvas" });
    this.#chart.on("click", ({ seriesName, dataIndex }) => this.#open(String(seriesName), dataIndex));
    this.#sizes.observe(this);
    const { signal } = this.#watching;
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#draw(), { signal });
    this.#draw();
  }

  disconnectedCallback(): void {
    this.#watching.abort();
    this.#sizes.disconnect();
    this.#chart?.dispose();
  }

  get #rows(): HTMLTableRowElement[] {
    return [...document.querySelectorAll<HTMLTableRowElement>(`#${this.getAttribute("table")} tr[data-drawn]`)];
  }

  get #columns(): string[] {
    const heads = document.querySelectorAll(`#${this.getAttribute("table")} thead th`);
    return [...heads].slice(1).map(words);
  }

  #draw(): void {
    const [ink, faint, line, surface] = ["--ink-soft", "--line-strong", "--line", "--raised"].map((name) => this.#colour(name));
    const text = { color: ink, fontFamily: getComputedStyle(this).fontFamily, fontSize: 12 };
    const axis = { axisLabel: text, axisLine: { lineStyle: { color: line } }, splitLine: { lineStyle: { color: line } } };
    this.#chart?.setOption({
      animation: false,
      textStyle: text,
      color: COLOURS.map((name) => this.#colour(name)),
      grid: { left: 8, right: 8, top: 40, bottom: 8, outerBoundsMode: "same" },
      legend: { top: 0, left: 0, right: 0, type: "scroll", itemGap: 14, itemHeight: 10, textStyle: text, inactiveColor: faint, pageTextStyle: text, pageIconColor: ink, selected: this.#selected() },
      tooltip: { trigger: "axis", renderMode: "richText", backgroundColor: surface, borderColor: line, textStyle: text },
      xAxis: { type: "category", data: this.#columns, ...axis },
      yAxis: [
        { type: "value", minInterval: 1, ...axis },
        { type: "value", min: 0, max: 100, ...axis, splitLine: { show: false }, axisLabel: { ...text, formatter: "{value}%" } },
      ],
      series: this.#rows.map(series),
    });
  }

  #selected(): Record<string, boolean> {
    return Object.fromEntries(this.#rows.map((row) => [head(row), !("hidden" in row.dataset)]));
  }

  // A custom property may hold light-dark(): only a colour that was used somewhere is a colour the canvas knows.
  #colour(name: string): string {
    this.style.color = `var(${name})`;
    return getComputedStyle(this).color;
  }

  #open(name: string, at: number): void {
    const row = this.#rows.find((one) => head(one) === name);
    row?.cells[at + 1]?.querySelector<HTMLAnchorElement>("a")?.click();
  }
}

function series(row: HTMLTableRowElement): object {
  const line = row.dataset["drawn"] === "line";
  const data = [...row.cells].slice(1).map((cell) => (cell.dataset["value"] ? Number(cell.dataset["value"]) : null));
  return { name: head(row), type: line ? "line" : "bar", yAxisIndex: line ? 1 : 0, barMaxWidth: 18, symbolSize: 7, data };
}

function head(row: HTMLTableRowElement): string {
  return words(row.cells[0]);
}

function words(cell: Element | undefined): string {
  return cell?.textContent?.trim() ?? "";
}

customElements.define("ps-chart", Chart);
