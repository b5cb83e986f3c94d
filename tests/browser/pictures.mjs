// The pictures of README.md, of what a new user sees after scripts/start: it signs in with the accounts
// of the demonstration, assesses, presses Retrain Models, and looks.
// usage: node tests/browser/pictures.mjs ADDRESS ACCOUNTS FOLDER
//   node tests/browser/pictures.mjs http://127.0.0.1:8080 store/demo-accounts.txt docs/pictures
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { browserArguments, browserProgram, toolsFrom, Visitor, assess } from "./visitor.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const [address, accountsFile, folder] = process.argv.slice(2);
const SIZE = { width: 1280, height: 800 };
const QUALITY = 80; // of WebP: letters stay sharp, a picture has some 40 KiB
const RETRAIN_MS_MAX = 600_000;

const passwords = new Map(
  readFileSync(accountsFile, "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split(/\s+/)),
);

async function picture(visitor, name, height = SIZE.height) {
  await visitor.page.setViewportSize({ ...SIZE, height });
  await visitor.page.waitForFunction(() => document.querySelector(".coming") === null);
  await visitor.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const { data } = await visitor.client.send("Page.captureScreenshot", { format: "webp", quality: QUALITY });
  writeFileSync(join(folder, `web_${name}.webp`), Buffer.from(data, "base64"));
}

async function signIn(visitor, email) {
  await visitor.signIn(email, passwords.get(email));
}

async function main() {
  const tools = toolsFrom(here, join(here, "..", ".."));
  const browser = await tools.chromium.launch({ executablePath: browserProgram, args: browserArguments });
  try {
    const visitor = await Visitor.arrive(tools, browser, address, "en", resolve(folder));
    await visitor.page.locator(".disease-card").first().waitFor();
    await picture(visitor, "home");
    await signIn(visitor, "patient@demo.example");
    await assess(visitor);
    await visitor.page.locator(".reasons").waitFor();
    await picture(visitor, "result", 1000);
    await visitor.signOut();

    await signIn(visitor, "admin@demo.example");
    await visitor.go("/overview");
    await visitor.page.locator(".retrain").waitFor();
    await picture(visitor, "overview", 1000);
    await visitor.press("retrain.do");
    await visitor.page.locator(".step-now").first().waitFor();
    await picture(visitor, "job");
    const verdict = visitor.page.getByRole("link", { name: visitor.say("job.read_verdict") });
    await verdict.first().waitFor({ timeout: RETRAIN_MS_MAX });
    await verdict.first().click();
    await visitor.page.getByText(visitor.say("attempt.rules")).first().waitFor();
    await picture(visitor, "verdict", 1300);
  } finally {
    await browser.close();
  }
}

await main();
