// Builds the pages and writes them as one C++ source, which src/http/web_asset.h describes.
// usage: node web/tools/build.mjs BUILD_FOLDER
// Tools are installed exactly as the lock file says, unless they are there already.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, extname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const web = join(dirname(fileURLToPath(import.meta.url)), "..");
const out = resolve(process.argv[2] ?? "build/web");
const dist = join(out, "dist");

const CONTENT_TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};
const WORTH_IT = 0.9; // compressed files that are hardly smaller are not kept
const LINE_BYTES = 4000;

function run(command, ...args) {
  const done = spawnSync(command, args, { cwd: web, stdio: "inherit", env: { ...process.env, RELEARN_WEB_OUT: dist } });
  if (done.status !== 0) {
    console.error(`web/tools/build.mjs: '${[command, ...args].join(" ")}' failed; scripts/install-missing build installs what is needed`);
    process.exit(1);
  }
}

function installTools() {
  const lock = join(web, "package-lock.json");
  const installed = join(web, "node_modules", ".installed-from");
  if (existsSync(installed) && readFileSync(installed).equals(readFileSync(lock))) return;
  run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error");
  copyFileSync(lock, installed);
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)]))
    .sort();
}

function smaller(bytes, compressed) {
  return compressed.length < bytes.length * WORTH_IT ? compressed : Buffer.alloc(0);
}

/// Bytes as C++ string literals; three octal digits always, so that no digit after them belongs to them.
function literal(bytes) {
  const lines = [];
  for (let at = 0; at < bytes.length; at += LINE_BYTES) {
    let line = "";
    for (const byte of bytes.subarray(at, at + LINE_BYTES)) {
      const plain = byte >= 32 && byte < 127 && byte !== 34 && byte !== 92 && byte !== 63;
      line += plain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, "0")}`;
    }
    lines.push(`"${line}"`);
  }
  return `{${lines.join("\n") || '""'}, ${bytes.length}}`;
}

function assetSource(file) {
  const bytes = readFileSync(file);
  const name = relative(dist, file);
  const type = CONTENT_TYPES[extname(file)];
  if (!type) throw new Error(`${name}: no content type is known for it`);
  const digest = createHash("sha256").update(bytes).digest("hex").slice(0, 32);
  const gzip = smaller(bytes, gzipSync(bytes, { level: 9 }));
  const brotli = smaller(bytes, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
  return `{"/${name}", "${type}", "${digest}",\n${literal(bytes)},\n${literal(gzip)},\n${literal(brotli)}},`;
}

function source() {
  const patterns = Object.values(JSON.parse(readFileSync(join(web, "src", "paths.json"), "utf8")));
  return `#include "http/web_asset.h"
namespace relearn {
std::span<const WebAsset> web_assets() {
static constexpr WebAsset kAssets[] = {
${filesBelow(dist).map(assetSource).join("\n")}
};
return kAssets;
}
std::span<const std::string_view> web_page_patterns() {
static constexpr std::string_view kPatterns[] = {${patterns.map((pattern) => `"${pattern}"`).join(", ")}};
return kPatterns;
}
}  // namespace relearn
`;
}

mkdirSync(out, { recursive: true });
installTools();
run("node", "tools/make_sources.mjs");
run("npx", "--no-install", "tsc", "--noEmit");
run("npx", "--no-install", "vite", "build", "--logLevel", "warn");
writeFileSync(join(out, "web_assets.cpp"), source());
