// Unpacks the packaged Chromium, the libraries it needs and a Latin font into the folder TMPDIR names.
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { inflate } from "@sparticuz/chromium";

const packed = join(fileURLToPath(import.meta.url), "../node_modules/@sparticuz/chromium/bin");
await Promise.all(["chromium", "fonts.tar", "swiftshader.tar", "al2023.tar"].map((name) => inflate(join(packed, `${name}.br`))));
