// A person in a browser, who looks at every page they come to: is it usable by everybody (axe), does
// it fit narrow and wide screens, has anything run or been refused that should not.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

export const browserProgram = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
export const browserArguments = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"];
const WIDTHS = [360, 1280, 2560];
const HEIGHTS = { 360: 740, 1280: 800, 2560: 1440 };
const WAIT_MS = 30_000; // a busy machine

/// What somebody might type who means no good; each would set `ran`.
export const PAYLOADS = [
  `<img src=x onerror="window.ran=1">`,
  `"><script>window.ran=1</script>`,
  `<svg onload=window.ran=1>`,
  `javascript:window.ran=1`,
  `{{constructor.constructor('window.ran=1')()}}`,
];

/// The same for reasons, which the server refuses when they repeat what somebody is called.
export const REASON = `<img src=reason onerror="window.ran=1"><b>a reason</b>`;

/// An assessment of heart disease with the form's example; a clinic's person has a reference.
export async function assess(visitor, reference) {
  await visitor.go("/assess/heart");
  await visitor.page.locator("form.assess").waitFor();
  await visitor.press("assess.example");
  if (reference !== undefined) await visitor.write("field.reference", reference);
  await visitor.press("assess.do");
  await visitor.page.waitForURL("**/assess/heart/result");
}

export class Visitor {
  constructor(tools, page, language, pictures) {
    Object.assign(this, { tools, page, language, pictures, faults: [], looked: 0 });
    mkdirSync(pictures, { recursive: true });
    page.setDefaultTimeout(WAIT_MS);
    page.on("pageerror", (error) => this.fault(`an error in the page: ${error.message}`));
    page.on("console", (message) => {
      const text = message.text();
      const refused = /Content Security Policy|Trusted/i.test(text);
      if (refused) this.fault(`the policy of the page refused something: ${text}`);
    });
  }

  static async arrive(tools, browser, address, language, pictures) {
    const context = await browser.newContext({ baseURL: address, locale: "en-GB", reducedMotion: "reduce" });
    await context.addInitScript((chosen) => window.localStorage.setItem("relearn.language", chosen), language);
    const visitor = new Visitor(tools, await context.newPage(), language, pictures);
    visitor.client = await context.newCDPSession(visitor.page);
    await visitor.page.goto("/");
    return visitor;
  }

  fault(sentence) {
    this.faults.push(`${this.language} ${new URL(this.page.url()).pathname}: ${sentence}`);
  }

  /// A sentence of the pages in this visitor's language.
  say(key, places = {}) {
    const sentence = this.tools.languages[this.language][key];
    if (sentence === undefined) throw new Error(`there is no sentence ${key}`);
    return sentence.replace(/\{(\w+)\}/g, (whole, name) => String(places[name] ?? whole));
  }

  async go(path) {
    await this.page.evaluate((to) => {
      window.history.pushState(null, "", to);
      window.dispatchEvent(new PopStateEvent("popstate"));
    }, path);
  }

  async axe(rules) {
    const only = rules ? JSON.stringify({ runOnly: rules }) : "{}";
    const { result } = await this.client.send("Runtime.evaluate", {
      expression: `window.axe ?? (() => { ${this.tools.axe} })(); axe.run(document, ${only}).then((done) => JSON.stringify(done.violations.map(
        (one) => one.id + " at " + one.nodes.map((node) => node.target.join(" ")).slice(0, 3).join(", "))))`,
      awaitPromise: true,
      returnByValue: true,
    });
    for (const violation of JSON.parse(result.value)) this.fault(`axe: ${violation}`);
  }

  /// What the server says under a path, as whoever is signed in.
  async ask(path) {
    return this.page.evaluate(async (at) => {
      const session = JSON.parse(window.sessionStorage.getItem("relearn.session"));
      const response = await fetch(at, { headers: { Authorization: `Bearer ${session.token}` } });
      return response.json();
    }, path);
  }

  /// Looks at the page that is shown, at every width and in both themes; keeps pictures. A page that
  /// shows a refusal on purpose is `refused`.
  async look(name, ready, { refused = false } = {}) {
    await this.page.waitForSelector("h1");
    if (ready) await this.page.getByText(ready, { exact: false }).first().waitFor();
    await this.page.waitForFunction(() => document.querySelector(".coming") === null);
    await this.page.evaluate(() => window.scrollTo(0, 0));
    for (const width of WIDTHS) {
      await this.page.setViewportSize({ width, height: HEIGHTS[width] });
      // What is drawn by width is drawn in the next frames.
      await this.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      const wider = await this.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (wider > 0) this.fault(`${name} is ${wider} px wider than a screen of ${width} px`);
      await this.page.screenshot({ path: join(this.pictures, `${name}.${this.language}.${width}.png`), fullPage: true });
      if (width !== 1280) continue;
      for (const [theme, rules] of [["light", null], ["dark", ["color-contrast"]]]) {
        await this.page.evaluate((chosen) => (document.documentElement.dataset.theme = chosen), theme);
        await this.axe(rules);
      }
      await this.page.evaluate(() => delete document.documentElement.dataset.theme);
    }
    await this.page.setViewportSize({ width: 1280, height: HEIGHTS[1280] });
    if (await this.page.evaluate(() => "ran" in window)) this.fault("what somebody typed was run");
    const words = await this.page.locator(".note-bad .server-words").allTextContents();
    if (refused && words.length === 0) this.fault(`${name} does not say why it is refused`);
    for (const sentence of refused ? [] : words) this.fault(`${name} shows a problem: ${sentence}`);
    this.looked += 1;
  }

  async press(key, places) {
    await this.page.getByRole("button", { name: this.say(key, places), exact: true }).first().click();
  }

  async write(key, text) {
    await this.page.getByLabel(this.say(key), { exact: true }).first().fill(text);
  }

  async signIn(email, password) {
    await this.go("/sign-in");
    await this.write("field.email", email);
    await this.write("field.password", password);
    await this.page.locator("form button[type=submit]").click();
    await this.signedIn();
  }

  async signedIn() {
    await this.page.waitForFunction(() => window.sessionStorage.getItem("relearn.session") !== null);
  }

  async signOut() {
    await this.press("sign_out");
    await this.page.waitForFunction(() => window.sessionStorage.getItem("relearn.session") === null);
  }
}

export function toolsFrom(modules, source) {
  const require = createRequire(join(modules, "package.json"));
  const language = (id) => JSON.parse(readFileSync(join(source, "web", "src", "languages", `${id}.json`), "utf8"));
  return {
    chromium: require("playwright-core").chromium,
    axe: readFileSync(require.resolve("axe-core/axe.min.js"), "utf8"),
    languages: { en: language("en"), mr: language("mr") },
  };
}
