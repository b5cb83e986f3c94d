import { useSignal } from "@preact/signals";
import { keepSession, post, Problem, sessionEnded } from "../api/client";
import type { Role, Session } from "../api/contract";
import { t } from "../languages/language";
import { TextField } from "../parts/fields";
import { Note, ProblemNote } from "../parts/notes";
import { Card, Page } from "../parts/page";
import { navigate, pathOf, place, safeNext, type PageName } from "../router";

const FIRST_PAGE: Record<Role, PageName> = { patient: "home", clinician: "inbox", approver: "overview", admin: "overview" };

export async function signIn(email: string, password: string): Promise<Session> {
  const session = await post<Session>("/api/login", { email, password });
  keepSession(session);
  sessionEnded.value = false;
  return session;
}

export function SignInPage(_: { parts: Record<string, string> }) {
  const email = useSignal("");
  const password = useSignal("");
  const state = useSignal<"ready" | "sending">("ready");
  const problem = useSignal<Problem | null>(null);

  const submit = async (event: Event) => {
    event.preventDefault();
    if (state.value === "sending") return;
    state.value = "sending";
    problem.value = null;
    try {
      const wasAsked = place.value.page !== "sign_in";
      const session = await signIn(email.value, password.value);
      const next = safeNext(place.value.query.get("next"));
      if (!wasAsked) navigate(next ?? pathOf(FIRST_PAGE[session.role]), "replace");
    } catch (error) {
      problem.value = error as Problem;
    }
    state.value = "ready";
  };

  return (
    <Page title={t("sign_in.title")}>
      <Card class="card-narrow">
        {sessionEnded.value && <Note kind="info"><p>{t("sign_in.ended")}</p></Note>}
        {place.value.query.has("registered") && <Note kind="good"><p>{t("sign_in.registered")}</p></Note>}
        {place.value.query.has("changed") && <Note kind="good"><p>{t("sign_in.changed")}</p></Note>}
        <form onSubmit={(event) => void submit(event)} noValidate>
          <TextField label={t("field.email")} type="email" autocomplete="username" required value={email.value} onValue={(value) => (email.value = value)} />
          <TextField label={t("field.password")} type="password" autocomplete="current-password" required value={password.value} onValue={(value) => (password.value = value)} />
          {problem.value && <ProblemNote problem={problem.value} kept="error.kept_form" />}
          <button type="submit" class="button button-large" disabled={state.value === "sending"}>{t("sign_in.do")}</button>
        </form>
        <p class="muted">
          {t("sign_in.no_account")} <a href={pathOf("sign_up")}>{t("sign_up.title")}</a>
        </p>
      </Card>
    </Page>
  );
}
