import { useSignal } from "@preact/signals";
import { post, Problem } from "../api/client";
import { t } from "../languages/language";
import { TextField } from "../parts/fields";
import { ProblemNote } from "../parts/notes";
import { Card, Page } from "../parts/page";
import { navigate, pathOf } from "../router";
import { signIn } from "./sign_in";

export const PASSWORD_LENGTH_MIN = 12;

export function SignUpPage(_: { parts: Record<string, string> }) {
  const name = useSignal("");
  const email = useSignal("");
  const password = useSignal("");
  const state = useSignal<"ready" | "sending">("ready");
  const problem = useSignal<Problem | null>(null);
  const field = problem.value?.field;

  const submit = async (event: Event) => {
    event.preventDefault();
    if (state.value === "sending") return;
    state.value = "sending";
    problem.value = null;
    try {
      await post("/api/register", { email: email.value, password: password.value, full_name: name.value });
      // The answer does not say whether the address had an account already; the sign-in does.
      await signIn(email.value, password.value).then(
        () => navigate(pathOf("home"), "replace"),
        () => navigate(`${pathOf("sign_in")}?registered`, "replace"),
      );
    } catch (error) {
      problem.value = error as Problem;
    }
    state.value = "ready";
  };

  const short = password.value !== "" && [...password.value].length < PASSWORD_LENGTH_MIN;
  return (
    <Page title={t("sign_up.title")} lead={t("sign_up.lead")}>
      <Card class="card-narrow">
        <form onSubmit={(event) => void submit(event)} noValidate>
          <TextField label={t("field.full_name")} optional={t("field.optional")} autocomplete="name" value={name.value} onValue={(value) => (name.value = value)} />
          <TextField label={t("field.email")} type="email" autocomplete="username" required value={email.value} error={field === "email" ? problem.value!.detail : ""} onValue={(value) => (email.value = value)} />
          <TextField
            label={t("field.password")}
            type="password"
            autocomplete="new-password"
            required
            value={password.value}
            help={t("sign_up.password_help", { n: PASSWORD_LENGTH_MIN })}
            caution={short ? t("sign_up.password_short", { n: PASSWORD_LENGTH_MIN - [...password.value].length }) : ""}
            error={field === "password" ? problem.value!.detail : ""}
            onValue={(value) => (password.value = value)}
          />
          {problem.value && <ProblemNote problem={problem.value} kept="error.kept_form" />}
          <button type="submit" class="button button-large" disabled={state.value === "sending"}>{t("sign_up.do")}</button>
        </form>
        <p class="muted">
          {t("sign_up.has_account")} <a href={pathOf("sign_in")}>{t("sign_in.title")}</a>
        </p>
      </Card>
    </Page>
  );
}
