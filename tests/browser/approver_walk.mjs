// What an approver does: reads what waits for people, and says yes or no to it.
import { emailOf, passwordOf } from "./server.mjs";
import { REASON } from "./visitor.mjs";

/// The first model of a disease waits for two people: one agrees, and later it is rejected.
export async function approver(visitor) {
  await visitor.signIn(emailOf("approver"), passwordOf("approver"));
  await visitor.go("/models");
  await visitor.look("models_waiting", visitor.say("models.waits"));
  await visitor.go("/models/parkinsons/attempts/1");
  await visitor.look("attempt_waiting", visitor.say("decide.title"));
  await visitor.write("decide.reason", REASON);
  await visitor.press(visitor.language === "en" ? "decide.approve" : "decide.reject");
  await visitor.page.getByText(visitor.say("decide.done")).waitFor();
  await visitor.look("attempt_decided", visitor.say("attempt.rules"));
  await visitor.go("/policies");
  await visitor.look("policies_read", visitor.say("policies.always"));
  await visitor.signOut();
}
