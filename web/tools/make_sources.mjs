// What the pages need that is not written by hand, into generated/ (never committed):
//   api.d.ts    types of every route, from openapi.yaml
//   fonts.css   the Devanagari letters that ship with the pages, and their file
// A file that would not change is not written, so that nothing is rebuilt without need.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import openapiTypescript, { astToString } from "openapi-typescript";
import subsetFont from "subset-font";

const web = join(dirname(fileURLToPath(import.meta.url)), "..");
const generated = join(web, "generated");

// Debian's fonts-lohit-deva (OFL 1.1), which the PDF dossiers are set in too.
const FONT = "/usr/share/fonts/truetype/lohit-devanagari/Lohit-Devanagari.ttf";
const FIRST_LETTER = 0x0900;
const LAST_LETTER = 0x097f;
// Rupee, joiners, dotted circle: what stands among Devanagari letters.
const BESIDES = "\u200c\u200d\u25cc\u20b9\u0964\u0965";

// What the choice of languages shows on pages of every language: few letters, so that a reader of
// English need not wait for all of them.
const LANGUAGE_NAMES = "मराठी";

function write(name, content) {
  const path = join(generated, name);
  const bytes = Buffer.from(content);
  if (existsSync(path) && readFileSync(path).equals(bytes)) return;
  writeFileSync(path, bytes);
}

async function makeTypes() {
  const ast = await openapiTypescript(new URL(`file://${join(web, "..", "openapi.yaml")}`));
  write("api.d.ts", astToString(ast));
}

async function makeFont() {
  if (!existsSync(FONT)) {
    console.warn(`${FONT} is not here (package fonts-lohit-deva): Marathi is shown in the reader's own font`);
    write("fonts.css", "");
    return;
  }
  let letters = BESIDES;
  for (let letter = FIRST_LETTER; letter <= LAST_LETTER; letter += 1) letters += String.fromCodePoint(letter);
  const font = readFileSync(FONT);
  write("devanagari.woff2", await subsetFont(font, letters, { targetFormat: "woff2" }));
  write("language_names.woff2", await subsetFont(font, LANGUAGE_NAMES, { targetFormat: "woff2" }));
  write(
    "fonts.css",
    `@font-face {
  font-family: "Relearn Devanagari";
  src: url("./devanagari.woff2") format("woff2");
  unicode-range: U+0900-097F, U+200C-200D, U+25CC, U+20B9;
  font-display: swap;
}
@font-face {
  font-family: "Relearn Language Names";
  src: url("./language_names.woff2") format("woff2");
  unicode-range: U+0900-097F;
  font-display: swap;
}
`,
  );
}

mkdirSync(generated, { recursive: true });
await makeTypes();
await makeFont();
