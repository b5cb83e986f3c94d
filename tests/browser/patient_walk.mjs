// What a patient does: sign up, assess, look back, and leave.
import { assess, PAYLOADS } from "./visitor.mjs";

const PASSWORD = "correct horse battery";

async function signUp(visitor) {
  await visitor.look("home", visitor.say("home.title"));
  await visitor.go("/sign-in");
  await visitor.look("sign_in", visitor.say("sign_in.no_account"));
  await visitor.write("field.email", PAYLOADS[0]);
  await visitor.write("field.password", PAYLOADS[1]);
  await visitor.page.locator("form button[type=submit]").click();
  await visitor.look("sign_in_refused", visitor.say("error.happened"), { refused: true });
  await visitor.go("/sign-up");
  await visitor.look("sign_up", visitor.say("sign_up.lead"));
  await visitor.write("field.full_name", PAYLOADS[0]);
  await visitor.write("field.email", `maria.${visitor.language}@example.org`);
  await visitor.write("field.password", PASSWORD);
  await visitor.press("sign_up.do");
  await visitor.signedIn();
}

async function form(visitor) {
  await visitor.go("/assess/heart");
  await visitor.page.locator("form.assess").waitFor();
  await visitor.press("assess.do"); // nothing is filled in
  await visitor.look("form_refused", visitor.say("assess.not_yet"));
  for (const input of await visitor.page.locator("form.assess input[type=text]").all()) await input.fill(PAYLOADS[1]);
  await visitor.press("assess.do");
  await visitor.look("form_payload", visitor.say("check.no_number", { value: PAYLOADS[1] }));
  await visitor.press("assess.clear");
  await visitor.look("form", visitor.say("assess.group_known"));
}

/// Everything about this account is erased; nobody can sign in with it any more.
async function withdraw(visitor) {
  await visitor.go("/my-data");
  await visitor.press("withdraw.begin");
  await visitor.look("withdraw", visitor.say("withdraw.password"));
  await visitor.write("withdraw.password", PASSWORD);
  await visitor.press("withdraw.do");
  await visitor.look("withdrawn", visitor.say("withdraw.done"));
  await visitor.press("nowhere.home");
  await visitor.go("/sign-in");
  await visitor.write("field.email", `maria.${visitor.language}@example.org`);
  await visitor.write("field.password", PASSWORD);
  await visitor.page.locator("form button[type=submit]").click();
  await visitor.page.getByText(visitor.say("error.happened")).waitFor();
}

export async function patient(visitor) {
  await signUp(visitor);
  await visitor.go("/history");
  await visitor.look("history_empty", visitor.say("history.empty"));
  await form(visitor);
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
  await withdraw(visitor);
}
