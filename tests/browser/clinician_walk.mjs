// What a clinician does: assess people, one and many, and say how it really was with 40 of them.
import { readFileSync } from "node:fs";
import { emailOf, passwordOf } from "./server.mjs";
import { assess, PAYLOADS } from "./visitor.mjs";

const CONFIRMATIONS = 40;
const csv = (name, lines) => ({ name, mimeType: "text/csv", buffer: Buffer.from(`${lines.join("\n")}\n`) });

async function oneByOne(visitor) {
  // Each language has people of its own: those of the one before are contested by now.
  const named = (payload) => `${payload} ${visitor.language}`;
  for (const payload of PAYLOADS) await assess(visitor, named(payload));
  await visitor.go("/inbox");
  await visitor.look("inbox", named(PAYLOADS[2]));
  await visitor.page.getByText(named(PAYLOADS[2])).first().click();
  await visitor.page.waitForURL("**/predictions/*");
  await visitor.look("person", visitor.say("say.title"));
  await say(visitor, "yes", "outcome_state.confirmed", { "say.evidence": PAYLOADS[3] });
  await visitor.look("person_confirmed", visitor.say("say.title"));
  await visitor.page.getByLabel(visitor.say("say.contested"), { exact: true }).check();
  await say(visitor, "no", "outcome_state.contested", { "say.reason": PAYLOADS[4] });
  await visitor.look("person_contested", PAYLOADS[4]);
}

async function say(visitor, outcome, state, texts = {}) {
  await visitor.page.locator(`form input[type=radio][value=${outcome}]`).check();
  for (const [field, text] of Object.entries(texts)) await visitor.write(field, text);
  await visitor.page.locator("form button[type=submit]").click();
  await visitor.page.locator(".timeline-now .badge", { hasText: visitor.say(state) }).waitFor();
}

/// What teaches most comes first in the list, so that is what is confirmed; `truth` knows how it was.
async function confirmMany(visitor, truth) {
  await visitor.go("/inbox");
  await visitor.page.locator(".table tbody tr").first().waitFor();
  const rows = await visitor.page.locator(".table tbody a").evaluateAll((links) => links.map((link) => ({ path: link.getAttribute("href"), reference: link.textContent })));
  const known = rows.filter((row) => truth.has(row.reference)).slice(0, CONFIRMATIONS);
  if (known.length < CONFIRMATIONS) visitor.fault(`only ${known.length} people of the list can be confirmed`);
  for (const row of known) {
    await visitor.go(row.path);
    await visitor.page.locator("h1", { hasText: row.reference }).waitFor();
    await say(visitor, truth.get(row.reference), "outcome_state.confirmed");
    truth.delete(row.reference);
  }
}

/// Outcomes of a file: read, shown line by line, and stored only then.
async function upload(visitor, truth) {
  await visitor.go("/upload");
  await visitor.look("upload", visitor.say("upload.choose"));
  const [reference, outcome] = [...truth][0];
  truth.delete(reference);
  const today = new Date().toISOString().slice(0, 10);
  const lines = [
    "person,prediction_ref,outcome,reference_standard,observed_on",
    `${reference},visit,${outcome},coronary_angiography,${today}`,
    `"${PAYLOADS[0].replaceAll('"', '""')}",visit,yes,coronary_angiography,${today}`,
  ];
  await visitor.page.locator("input[type=file]").setInputFiles(csv(`${PAYLOADS[0].replaceAll("/", "")}.csv`, lines));
  await visitor.look("upload_preview", visitor.say("upload.refusals"));
  await visitor.press("upload.store", { n: 1 });
  await visitor.look("upload_stored", visitor.say("upload.done"));
}

/// Many people at once: each line gets its risk or its reason, also in the file that is kept.
async function batch(visitor, server) {
  await visitor.go("/batch");
  await visitor.look("batch", visitor.say("batch.columns"));
  await visitor.page.locator("select").first().selectOption("heart");
  await visitor.page.getByText("chest_pain_type").first().waitFor({ state: "attached" });
  const today = new Date().toISOString().slice(0, 10);
  const mark = server.data.length === 0 ? ["# SYNTHETIC: by the walk"] : [];
  const lines = [...mark, "made_at,person,age_years,sex", `${today},batch/1.${visitor.language},61,male`, `${today},${PAYLOADS[2]},44,female`, `${today},batch/3,6,male`];
  await visitor.page.locator("input[type=file]").setInputFiles(csv("people.csv", lines));
  await visitor.press("batch.do");
  await visitor.look("batch_results", visitor.say("batch.results"));
  const [download] = await Promise.all([visitor.page.waitForEvent("download"), visitor.press("batch.download")]);
  const kept = readFileSync(await download.path(), "utf8");
  for (const part of [`batch/1.${visitor.language}`, PAYLOADS[2], "age_years: 6 is below 18 years"]) {
    if (!kept.includes(part)) visitor.fault(`the file with the results lacks ${part}`);
  }
}

export async function clinician(visitor, server) {
  await visitor.signIn(emailOf("clinician"), passwordOf("clinician"));
  await oneByOne(visitor);
  await confirmMany(visitor, server.truth);
  await upload(visitor, server.truth);
  await batch(visitor, server);
  await visitor.signOut();
}
