// Writes src/plainspoken/static: app.js, app.css, chart.js (where a chart is), icons.svg, favicon.svg and assets.json (file -> digest of its content).
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";
import { compile } from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const served = join(here, "../src/plainspoken/static");
const target = join(here, "node_modules/.static");
const iconFolders = ["outline", "filled"].map((kind) => join(here, "node_modules/@tabler/icons/icons", kind));

const sassParts = {
  name: "sass",
  setup(bundle) {
    bundle.onLoad({ filter: /\.scss$/ }, ({ path }) => ({
      contents: compile(path, { loadPaths: [join(here, "node_modules")] }).css,
      loader: "css",
    }));
  },
};

function drawing(name) {
  const [outline, filled] = [join(iconFolders[0], `${name}.svg`), join(iconFolders[1], `${name.replace(/-filled$/, "")}.svg`)];
  const isFilled = name.endsWith("-filled");
  const file = isFilled ? filled : outline;
  if (!existsSync(file)) throw new Error(`icons.txt names ${name}, which Tabler does not have`);
  const paths = readFileSync(file, "utf8").match(/<(path|circle|rect|line)[^>]*>/g).filter((path) => !path.includes('stroke="none" d="M0 0h24v24H0z"'));
  const paint = isFilled
    ? 'fill="currentColor"'
    : 'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"';
  return `<symbol id="${name}" viewBox="0 0 24 24" ${paint}>${paths.join("")}</symbol>`;
}

function sprite() {
  const names = readFileSync(join(here, "icons.txt"), "utf8").split("\n").filter(Boolean);
  const mark = readFileSync(join(here, "favicon.svg"), "utf8").replace(/<svg[^>]*>/, '<symbol id="mark" viewBox="0 0 32 32">').replace("</svg>", "</symbol>");
  return `<svg xmlns="http://www.w3.org/2000/svg"><!-- Tabler Icons, MIT License -->${names.map(drawing).join("")}${mark}</svg>\n`;
}

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
await build({
  entryPoints: ["app.ts", "app.css", "chart.ts"].map((name) => join(here, name)),
  outdir: target,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2022", "chrome123", "firefox121", "safari17.5"],
  legalComments: "inline",
  charset: "utf8",
  plugins: [sassParts],
  logLevel: "warning",
});
writeFileSync(join(target, "icons.svg"), sprite());
writeFileSync(join(target, "favicon.svg"), readFileSync(join(here, "favicon.svg")));
const digests = ["app.js", "app.css", "chart.js", "icons.svg", "favicon.svg"].map((name) => {
  const content = readFileSync(join(target, name));
  console.log(`${name} ${content.length} bytes`);
  return [name, createHash("sha256").update(content).digest("hex").slice(0, 12)];
});
writeFileSync(join(target, "assets.json"), JSON.stringify(Object.fromEntries(digests), null, 2) + "\n");
rmSync(served, { recursive: true, force: true });
renameSync(target, served);
