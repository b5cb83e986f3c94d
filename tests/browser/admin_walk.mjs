// What an admin does: accounts and policies, a retrain through everything that can come between, its
// verdict, the new version and the way back, and what the ledger says of it all.
import { emailOf, passwordOf } from "./server.mjs";
import { assess, PAYLOADS, REASON } from "./visitor.mjs";

const RETRAIN_MS_MAX = 300_000;
const HEART = { en: "Heart", mr: "हृदयविकार" };

async function press(visitor) {
  await visitor.go("/overview");
  await visitor.look("overview", visitor.say("retrain.title"));
  await visitor.write("retrain.reason", REASON);
  for (const box of await visitor.page.locator(".retrain-choice").all()) {
    if (!(await box.textContent()).includes(HEART[visitor.language])) await box.locator("input").uncheck();
  }
  await visitor.press("retrain.do");
  await visitor.page.waitForURL("**/jobs/*");
  await visitor.page.getByText(REASON).first().waitFor();
}

/// A server that ends and starts again, a lost connection and a reload, all while it runs.
async function disturb(visitor, server, held) {
  const { page } = visitor;
  const step = page.locator(".step-now").first();
  const lost = page.getByText(visitor.say("job.lost_means"));
  const goOn = await held; // or a quick machine would be done before it is disturbed
  await step.waitFor();
  server.cable.cut();
  await lost.waitFor();
  server.cable.mend();
  await lost.waitFor({ state: "detached" });
  await step.waitFor();
  await page.reload();
  await visitor.look("job", visitor.say("job.facts"));
  await step.waitFor();
  goOn();
  await server.stop(); // the run goes back to the queue, and begins anew after the start
  await lost.waitFor();
  await visitor.look("job_lost", visitor.say("job.lost"));
  await server.start();
  await lost.waitFor({ state: "detached" });
}

async function readVerdict(visitor) {
  const verdict = visitor.page.getByRole("link", { name: visitor.say("job.read_verdict") });
  const failed = visitor.page.getByText(visitor.say("job.failed"));
  await verdict.or(failed).first().waitFor({ timeout: RETRAIN_MS_MAX });
  if (await failed.isVisible()) throw new Error(`the retrain failed: ${await visitor.page.locator(".server-words").first().textContent()}`);
  await visitor.look("job_done", visitor.say("job.facts"));
  await verdict.first().click();
  await visitor.page.waitForURL("**/attempts/*");
  await visitor.look("attempt", visitor.say("attempt.rules"));
}

/// Puts the attempt live if its verdict did not: by an approver where it waits for one.
async function putLive(visitor) {
  const force = visitor.page.getByRole("button", { name: visitor.say("decide.force"), exact: true });
  const waiting = visitor.page.getByText(visitor.say("decide.not_you"));
  const path = new URL(visitor.page.url()).pathname;
  if (await waiting.isVisible()) {
    await visitor.signOut();
    await visitor.signIn(emailOf("approver"), passwordOf("approver"));
    await visitor.go(path);
    await visitor.write("decide.reason", REASON);
    await visitor.press("decide.approve");
    await visitor.page.getByText(visitor.say("decide.done")).waitFor();
    await visitor.signOut();
    await visitor.signIn(emailOf("admin"), passwordOf("admin"));
  } else if (await force.isVisible()) {
    await visitor.write("decide.reason", REASON);
    await force.click();
    await visitor.page.getByText(visitor.say("decide.done")).waitFor();
    await visitor.look("attempt_forced", visitor.say("attempt.rules"));
  }
}

/// The version that the page of results names.
async function versionThatAnswers(visitor) {
  await assess(visitor);
  const live = await visitor.ask("/api/diseases/heart");
  await visitor.page.getByText(visitor.say("result.version", { n: live.live_version })).first().waitFor();
  return live.live_version;
}

async function thereAndBack(visitor, before) {
  const after = await versionThatAnswers(visitor);
  if (after <= before) visitor.fault(`version ${after} answers after the retrain, ${before} did before it`);
  await visitor.go("/models");
  await visitor.look("models", visitor.say("models.lead"));
  await visitor.go("/models/heart");
  await visitor.look("model", visitor.say("model.timeline"));
  await visitor.page.getByLabel(visitor.say("rollback.to"), { exact: true }).selectOption(String(before));
  await visitor.write("rollback.reason", REASON);
  await visitor.press("rollback.do");
  await visitor.page.getByText(visitor.say("model.went_back"), { exact: true }).first().waitFor();
  await visitor.look("model_back", visitor.say("model.timeline"));
  const again = await versionThatAnswers(visitor);
  if (again !== before) visitor.fault(`version ${again} answers after the way back to ${before}`);
}

/// A new account gets a password once, another role, and is shut out and let in again.
async function accounts(visitor) {
  const email = `nurse.${visitor.language}@example.org`;
  await visitor.go("/users");
  await visitor.write("field.email", email);
  await visitor.write("field.full_name", PAYLOADS[1]);
  await visitor.press("users.make");
  const password = await visitor.page.locator(".note-good code").textContent();
  await visitor.look("users", visitor.say("users.new"));
  await visitor.page.getByLabel(visitor.say("users.role_of", { email })).selectOption("approver");
  for (const what of ["users.disable", "users.enable"]) {
    await visitor.page.getByRole("button", { name: `${visitor.say(what)}: ${email}` }).click();
  }
  await visitor.page.getByRole("button", { name: `${visitor.say("users.disable")}: ${email}` }).waitFor();
  await visitor.page.getByLabel(visitor.say("users.find")).fill(PAYLOADS[1]);
  await visitor.page.getByLabel(visitor.say("users.find")).press("Enter");
  await visitor.look("users_none", visitor.say("users.empty"));
  await visitor.signOut();
  await visitor.signIn(email, password);
  await visitor.go("/models/parkinsons/attempts/1");
  await visitor.look("attempt_of_new_approver", visitor.say("attempt.rules"));
  await visitor.signOut();
  await visitor.signIn(emailOf("admin"), passwordOf("admin"));
}

async function policy(visitor) {
  await visitor.go("/policies");
  await visitor.page.getByText(visitor.say("policy.change")).first().click();
  await visitor.page.locator("details[open]").getByLabel(visitor.say("policy.new_outcomes")).fill("5000");
  await visitor.page.locator("details[open]").getByLabel(visitor.say("decide.reason")).fill(REASON);
  await visitor.look("policy_form", visitor.say("policy.would_mean"));
  await visitor.press("policy.do");
  await visitor.look("policies", visitor.say("policy.done"));
}

/// What is watched of the version that is live now.
async function watching(visitor) {
  await visitor.go("/performance");
  await visitor.look("performance", visitor.say("performance.lead"));
  await visitor.go("/performance/heart");
  await visitor.look("performance_of_heart", visitor.say("watch.about"));
}

async function ledger(visitor) {
  await visitor.go("/ledger");
  await visitor.press("ledger.verify");
  await visitor.page.getByText(visitor.say("ledger.holds")).waitFor();
  await visitor.look("ledger", visitor.say("ledger.all"));
  const told = await visitor.page.locator(".table").textContent();
  const decided = visitor.language === "en" ? "attempt.approved" : "attempt.rejected";
  for (const action of ["version.published", "version.rolled_back", "person.withdrawn", "account.made", "account.role", "policy.changed", decided]) {
    if (!told.includes(visitor.say(`ledger_action.${action}`))) visitor.fault(`the ledger does not show ${action}`);
  }
}

export async function admin(visitor, server) {
  await visitor.signIn(emailOf("admin"), passwordOf("admin"));
  const before = (await visitor.ask("/api/diseases/heart")).live_version;
  const held = server.holdTrainer();
  await press(visitor);
  await disturb(visitor, server, held);
  await readVerdict(visitor);
  await putLive(visitor);
  await thereAndBack(visitor, before);
  await visitor.go("/jobs");
  await visitor.look("jobs", visitor.say("jobs.lead"));
  await visitor.go("/quarantine");
  await visitor.look("quarantine", visitor.say("quarantine.lead"));
  await accounts(visitor);
  await policy(visitor);
  await watching(visitor);
  await ledger(visitor);
  await visitor.signOut();
}
