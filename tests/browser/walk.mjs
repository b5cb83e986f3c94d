// The web app, walked through in a real browser against the real server, in English and Marathi.
// usage: node tests/browser/walk.mjs PROGRAM FOLDER [en|mr|patient|clinician|approver|admin|figures]...
//   PROGRAM   build/release/relearn
//   FOLDER    for the store and the pictures, which stay: look at them
//   the rest  only these languages, these people, only the figures; all without any
import { existsSync, mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { admin } from "./admin_walk.mjs";
import { approver } from "./approver_walk.mjs";
import { clinician } from "./clinician_walk.mjs";
import { patient } from "./patient_walk.mjs";
import { measureFirstLoad, measureScrolling } from "./figures.mjs";
import { Server } from "./server.mjs";
import { browserArguments, browserProgram, toolsFrom, Visitor } from "./visitor.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, "..", "..");
const [program, folder] = process.argv.slice(2, 4).map((path) => resolve(path));
const chosen = process.argv.slice(4);
const wanted = (names) => (names.some((name) => chosen.includes(name)) ? names.filter((name) => chosen.includes(name)) : names);
const FIRST_LOAD_BYTES_MAX = 120 * 1024;

/// Bytes are counted; times depend on the machine and are only told.
async function faultsOfFigures(browser, address) {
  const first = await measureFirstLoad(browser, address);
  console.log(`first load: ${(first.bytes / 1024).toFixed(1)} KiB, first content after ${first.content_ms.toFixed(0)} ms, cards after ${first.usable_ms.toFixed(0)} ms, at a fourth of the speed; ${first.thread_ms.toFixed(0)} ms of a processor for its thread`);
  const list = await measureScrolling(browser, address);
  console.log(`a list of ${list.rows} rows: ${list.frames_per_second.toFixed(1)} frames a second, ${list.late_pct.toFixed(1)} % of them late, the longest after ${list.longest_ms.toFixed(0)} ms; ${list.thread_ms.toFixed(1)} ms of a processor a frame`);
  return first.bytes > FIRST_LOAD_BYTES_MAX ? [`the first load is ${first.bytes} bytes, the limit is ${FIRST_LOAD_BYTES_MAX}`] : [];
}

/// What the browser itself never asks: only the header, and nothing that is there already.
async function faultsOfDelivery(address) {
  const faults = [];
  const get = await fetch(address, { headers: { "Accept-Encoding": "identity" } });
  const head = await fetch(address, { method: "HEAD", headers: { "Accept-Encoding": "identity" } });
  const length = (await get.arrayBuffer()).byteLength;
  if (Number(head.headers.get("content-length")) !== length) faults.push("HEAD / tells another length than GET /");
  const again = await fetch(address, { headers: { "Accept-Encoding": "identity", "If-None-Match": get.headers.get("etag") } });
  if (again.status !== 304) faults.push(`GET / with its own tag is answered with ${again.status}`);
  return faults;
}

async function walk(browser, tools, server, language) {
  const visitor = await Visitor.arrive(tools, browser, server.address, language, join(folder, "pictures"));
  const parts = { patient, clinician, approver, admin };
  for (const name of wanted(Object.keys(parts))) {
    try {
      await parts[name](visitor, server);
    } catch (error) {
      visitor.fault(`${name}: ${error.message}`);
      server.cable.mend();
      await visitor.page.screenshot({ path: join(folder, "pictures", `stuck.${name}.${language}.png`) });
      await visitor.page.evaluate(() => window.sessionStorage.clear());
      await visitor.page.reload();
    }
  }
  await visitor.page.context().close();
  return visitor;
}

async function main() {
  if (!existsSync(join(here, "node_modules"))) throw new Error("the tools are missing; scripts/install-missing check installs them");
  if (!browserProgram) throw new Error("there is no chromium; scripts/check installs it");
  mkdirSync(folder, { recursive: true });
  const tools = toolsFrom(here, source);
  const server = new Server(program, join(source, "diseases"), folder);
  const browser = await tools.chromium.launch({ executablePath: browserProgram, args: browserArguments });
  const faults = [];
  let looked = 0;
  try {
    server.prepare();
    await server.connect();
    faults.push(...(await faultsOfFigures(browser, server.address)));
    faults.push(...(await faultsOfDelivery(server.address)));
    for (const language of chosen.includes("figures") ? [] : wanted(["en", "mr"])) {
      const visitor = await walk(browser, tools, server, language);
      faults.push(...visitor.faults);
      looked += visitor.looked;
    }
    const failed = server.log.filter((line) => JSON.parse(line).status === 500);
    faults.push(...failed.map((line) => `the server failed: ${line}`));
    await server.stop();
  } finally {
    await browser.close();
    server.process?.kill("SIGKILL");
    server.remove();
  }
  console.log(`${looked} pages at 3 widths, ${faults.length} faults; pictures in ${join(folder, "pictures")}`);
  for (const fault of faults) console.log(`  ${fault}`);
  if (faults.length > 0 || (looked === 0 && !chosen.includes("figures"))) process.exitCode = 1;
}

await main();
