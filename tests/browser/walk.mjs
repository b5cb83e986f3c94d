// The web app, walked through in a real browser against the real server, in English and Marathi.
// usage: node tests/browser/walk.mjs PROGRAM FOLDER [en|mr|patient|clinician|admin]...
//   PROGRAM   build/release/relearn
//   FOLDER    for the store and the pictures, which stay: look at them
//   the rest  only these languages, these people; all without any
import { existsSync, mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { emailOf, passwordOf, Server } from "./server.mjs";
import { PAYLOADS, REASON, toolsFrom, Visitor } from "./visitor.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, "..", "..");
const [program, folder] = process.argv.slice(2, 4).map((path) => resolve(path));
const chosen = process.argv.slice(4);
const wanted = (names) => (names.some((name) => chosen.includes(name)) ? names.filter((name) => chosen.includes(name)) : names);
const browserProgram = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
const PASSWORD = "correct horse battery";
const RETRAIN_MS_MAX = 300_000;
const FIRST_LOAD_BYTES_MAX = 120 * 1024;

async function assess(visitor, reference) {
  await visitor.go("/assess/heart");
  await visitor.page.locator("form.assess").waitFor();
  await visitor.press("assess.example");
  if (reference !== undefined) await visitor.write("field.reference", reference);
  await visitor.press("assess.do");
  await visitor.page.waitForURL("**/assess/heart/result");
}

async function patient(visitor) {
  await visitor.look("home", visitor.say("home.title"));
  await visitor.go("/sign-in");
  await visitor.look("sign_in", visitor.say("sign_in.no_account"));
  await visitor.go("/sign-up");
  await visitor.look("sign_up", visitor.say("sign_up.lead"));
  await visitor.write("field.full_name", PAYLOADS[0]);
  await visitor.write("field.email", `maria.${visitor.language}@example.org`);
  await visitor.write("field.password", PASSWORD);
  await visitor.press("sign_up.do");
  await visitor.page.waitForFunction(() => window.sessionStorage.getItem("relearn.session") !== null);

  await visitor.go("/history");
  await visitor.look("history_empty", visitor.say("history.empty"));
  await visitor.go("/assess/heart");
  await visitor.page.locator("form.assess").waitFor();
  await visitor.press("assess.do"); // nothing is filled in
  await visitor.look("form_refused", visitor.say("assess.not_yet"));
  for (const input of await visitor.page.locator("form.assess input[type=text]").all()) await input.fill(PAYLOADS[1]);
  await visitor.press("assess.do");
  await visitor.look("form_payload", visitor.say("check.no_number", { value: PAYLOADS[1] }));
  await visitor.press("assess.clear");
  await visitor.look("form", visitor.say("assess.group_known"));
  for (let i = 0; i < 2; i += 1) await assess(visitor);
  await visitor.look("result", visitor.say("result.why"));
  await visitor.go("/history");
  await visitor.look("history", visitor.say("history.all"));
  await visitor.go("/my-data");
  await visitor.look("my_data", PAYLOADS[0]);
  await visitor.go("/nowhere");
  await visitor.look("nowhere", visitor.say("nowhere.title"));
  await visitor.go("/overview");
  await visitor.look("not_allowed", visitor.say("not_allowed.title"));
  await visitor.signOut();
}

async function clinician(visitor) {
  await visitor.signIn(emailOf("clinician"), passwordOf("clinician"));
  for (const payload of PAYLOADS) await assess(visitor, payload);
  await visitor.go("/inbox");
  await visitor.look("inbox", PAYLOADS[2]);
  await visitor.page.getByText(PAYLOADS[2]).first().click();
  await visitor.page.waitForURL("**/predictions/*");
  await visitor.look("person", visitor.say("say.title"));
  await visitor.page.locator("form input[type=radio]").first().check();
  await visitor.write("say.evidence", PAYLOADS[3]);
  await visitor.page.locator("form button[type=submit]").click();
  await visitor.page.getByText(visitor.say("outcome_state.confirmed"), { exact: true }).first().waitFor();
  await visitor.look("person_confirmed", visitor.say("say.title"));
  await visitor.go("/upload");
  await visitor.look("upload", visitor.say("upload.choose"));
  const lines = ["prediction,outcome,reference_standard,observed_on", `${PAYLOADS[0]},yes,coronary_angiography,2026-01-01`];
  await visitor.page.locator("input[type=file]").setInputFiles({
    name: "outcomes.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(`${lines.join("\n")}\n`),
  });
  await visitor.look("upload_preview", visitor.say("upload.refusals"));
  await visitor.signOut();
}

/// Presses the button, and goes on through a reload and a server that ends and starts again.
async function retrain(visitor, server) {
  await visitor.go("/overview");
  await visitor.look("overview", visitor.say("retrain.title"));
  await visitor.write("retrain.reason", REASON);
  for (const box of await visitor.page.locator(".retrain-choice").all()) {
    const heart = (await box.textContent()).includes(visitor.language === "en" ? "Heart" : "हृदयविकार");
    if (!heart) await box.locator("input").uncheck();
  }
  await visitor.press("retrain.do");
  await visitor.page.waitForURL("**/jobs/*");
  await visitor.page.getByText(REASON).first().waitFor();
  await visitor.page.reload();
  await visitor.look("job", visitor.say("job.facts"));
  const verdict = visitor.page.getByRole("link", { name: visitor.say("job.read_verdict") });
  const failed = visitor.page.getByText(visitor.say("job.failed"));
  await verdict.or(failed).first().waitFor({ timeout: RETRAIN_MS_MAX });
  if (await failed.isVisible()) throw new Error(`the retrain failed: ${await visitor.page.locator(".server-words").first().textContent()}`);
  await visitor.look("job_done", visitor.say("job.facts"));
  await server.stop();
  await server.start();
  await verdict.first().click();
  await visitor.page.waitForURL("**/attempts/*");
  await visitor.look("attempt", visitor.say("attempt.rules"));
}

/// Puts the attempt live if its verdict did not, so that there is something to go back from.
async function decide(visitor) {
  const force = visitor.page.getByRole("button", { name: visitor.say("decide.force"), exact: true });
  if (await force.isVisible()) {
    await visitor.write("decide.reason", REASON);
    await force.click();
    await visitor.page.getByText(visitor.say("decide.done")).waitFor();
    await visitor.look("attempt_forced", visitor.say("attempt.rules"));
  }
  await visitor.go("/models");
  await visitor.look("models", visitor.say("models.lead"));
  await visitor.go("/models/heart");
  await visitor.look("model", visitor.say("model.timeline"));
  await visitor.write("rollback.reason", REASON);
  await visitor.press("rollback.do");
  await visitor.page.getByText(visitor.say("model.went_back"), { exact: true }).first().waitFor();
  await visitor.look("model_back", visitor.say("model.timeline"));
}

async function admin(visitor, server) {
  await visitor.signIn(emailOf("admin"), passwordOf("admin"));
  await retrain(visitor, server);
  await decide(visitor);
  await visitor.go("/jobs");
  await visitor.look("jobs", visitor.say("jobs.lead"));
  await visitor.go("/quarantine");
  await visitor.look("quarantine", visitor.say("quarantine.lead"));
  await visitor.go("/users");
  await visitor.look("users", visitor.say("users.new"));
  await visitor.go("/ledger");
  await visitor.press("ledger.verify");
  await visitor.page.getByText(visitor.say("ledger.holds")).waitFor();
  await visitor.look("ledger", visitor.say("ledger.all"));
  await visitor.signOut();
}

/// What somebody waits for who comes the first time, with a processor four times slower.
async function measure(browser, address) {
  const context = await browser.newContext({ baseURL: address });
  const page = await context.newPage();
  const client = await context.newCDPSession(page);
  await client.send("Network.enable");
  await client.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  let bytes = 0;
  client.on("Network.loadingFinished", (event) => (bytes += event.encodedDataLength));
  await page.goto("/");
  await page.waitForSelector(".disease-card");
  const content = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0);
  const usable = await page.evaluate(() => performance.now());
  await context.close();
  return { bytes, content, usable };
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
  const parts = { patient, clinician, admin };
  for (const name of wanted(Object.keys(parts))) {
    try {
      await parts[name](visitor, server);
    } catch (error) {
      visitor.fault(`${name}: ${error.message}`);
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
  const args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"];
  const browser = await tools.chromium.launch({ executablePath: browserProgram, args });
  const faults = [];
  let looked = 0;
  try {
    server.prepare();
    await server.start();
    const first = await measure(browser, server.address);
    console.log(`first load: ${(first.bytes / 1024).toFixed(1)} KiB, first content after ${first.content.toFixed(0)} ms, cards after ${first.usable.toFixed(0)} ms, at a fourth of the speed`);
    if (first.bytes > FIRST_LOAD_BYTES_MAX) faults.push(`the first load is ${first.bytes} bytes, the limit is ${FIRST_LOAD_BYTES_MAX}`);
    faults.push(...(await faultsOfDelivery(server.address)));
    for (const language of wanted(["en", "mr"])) {
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
  if (faults.length > 0 || looked === 0) process.exitCode = 1;
}

await main();
