// One's own account: who one is, another password, and leaving with everything.
import { useSignal } from "@preact/signals";
import { get, keepSession, post, Problem, session } from "../api/client";
import type { Me } from "../api/contract";
import { t, wordOf } from "../languages/language";
import { TextField } from "../parts/fields";
import { Loaded, useFetched } from "../parts/loaded";
import { Note, ProblemNote } from "../parts/notes";
import { Badge, Card, Page } from "../parts/page";
import { navigate, pathOf } from "../router";
import { PASSWORD_LENGTH_MIN } from "./sign_up";

function AccountCard() {
  const me = useFetched((stop) => get<Me>("/api/me", stop), []);
  return (
    <Card title={t("my_data.account")}>
      <Loaded of={me}>
        {(account) => (
          <dl class="facts">
            <dt>{t("field.email")}</dt>
            <dd class="break">{account.email}</dd>
            <dt>{t("field.full_name")}</dt>
            <dd class="break">{account.full_name || t("my_data.no_name")}</dd>
            <dt>{t("my_data.role")}</dt>
            <dd><Badge tone="accent">{wordOf("role", account.role)}</Badge></dd>
          </dl>
        )}
      </Loaded>
    </Card>
  );
}

function PasswordCard() {
  const old = useSignal("");
  const next = useSignal("");
  const state = useSignal<"ready" | "sending">("ready");
  const problem = useSignal<Problem | null>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    state.value = "sending";
    problem.value = null;
    try {
      await post("/api/password", { old_password: old.value, new_password: next.value });
      keepSession(null);
      navigate(`${pathOf("sign_in")}?changed`, "replace");
    } catch (error) {
      problem.value = error as Problem;
    }
    state.value = "ready";
  };
  const field = problem.value?.field;
  return (
    <Card title={t("my_data.password")} lead={t("my_data.password_lead")}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <TextField label={t("my_data.old_password")} type="password" autocomplete="current-password" value={old.value} error={field === "old_password" ? problem.value!.detail : ""} onValue={(value) => (old.value = value)} />
        <TextField label={t("my_data.new_password")} help={t("sign_up.password_help", { n: PASSWORD_LENGTH_MIN })} type="password" autocomplete="new-password" value={next.value} error={field === "new_password" ? problem.value!.detail : ""} onValue={(value) => (next.value = value)} />
        {problem.value && <ProblemNote problem={problem.value} kept="error.kept_password" />}
        <button type="submit" class="button" disabled={state.value === "sending"}>{t("my_data.change_password")}</button>
      </form>
    </Card>
  );
}

type Erased = { predictions: number; outcomes: number };

function WithdrawCard(props: { done: (erased: Erased) => void }) {
  const password = useSignal("");
  const state = useSignal<"closed" | "asking" | "sending">("closed");
  const problem = useSignal<Problem | null>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    state.value = "sending";
    problem.value = null;
    try {
      props.done(await post<Erased>("/api/me/withdraw", { password: password.value }));
    } catch (error) {
      problem.value = error as Problem;
    }
    state.value = "asking";
  };
  return (
    <Card title={t("withdraw.title")} lead={t("withdraw.lead")}>
      <ul class="plain-list">
        <li>{t("withdraw.what_1")}</li>
        <li>{t("withdraw.what_2")}</li>
        <li>{t("withdraw.what_3")}</li>
      </ul>
      {state.value === "closed" ? (
        <button type="button" class="button button-danger" onClick={() => (state.value = "asking")}>{t("withdraw.begin")}</button>
      ) : (
        <form onSubmit={(event) => void submit(event)} noValidate>
          <TextField label={t("withdraw.password")} type="password" autocomplete="current-password" value={password.value} error={problem.value?.field === "password" ? problem.value.detail : ""} onValue={(value) => (password.value = value)} />
          {problem.value && <ProblemNote problem={problem.value} kept="error.kept_nothing_changed" />}
          <div class="buttons">
            <button type="submit" class="button button-danger" disabled={state.value === "sending" || password.value === ""}>{t("withdraw.do")}</button>
            <button type="button" class="button button-quiet" onClick={() => { state.value = "closed"; password.value = ""; }}>{t("cancel")}</button>
          </div>
        </form>
      )}
    </Card>
  );
}

function Withdrawn(props: { erased: Erased }) {
  const leave = () => {
    keepSession(null);
    navigate(pathOf("home"));
  };
  return (
    <Page title={t("withdraw.done")}>
      <Note kind="good"><p>{t("withdraw.done_means", { n: props.erased.predictions, m: props.erased.outcomes })}</p></Note>
      <div class="buttons"><button type="button" class="button" onClick={leave}>{t("nowhere.home")}</button></div>
    </Page>
  );
}

export function MyDataPage() {
  const erased = useSignal<Erased | null>(null);
  if (erased.value) return <Withdrawn erased={erased.value} />;
  return (
    <Page title={t("my_data.title")}>
      <AccountCard />
      <PasswordCard />
      {session.value?.role === "patient" && <WithdrawCard done={(all) => (erased.value = all)} />}
    </Page>
  );
}
