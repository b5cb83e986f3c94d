// Accounts and their roles.
import { useSignal } from "@preact/signals";
import { get, post, Problem } from "../api/client";
import type { Role, User } from "../api/contract";
import { day } from "../format/numbers";
import { t, wordOf } from "../languages/language";
import { SelectField, TextField } from "../parts/fields";
import { Loaded, useFetched } from "../parts/loaded";
import { Empty, Note, ProblemNote } from "../parts/notes";
import { Badge, Card, Page } from "../parts/page";
import { Table } from "../parts/table";
import { PASSWORD_LENGTH_MIN } from "./sign_up";

const LIMIT = 50;
const ROLES: Role[] = ["patient", "clinician", "approver", "admin"];
const roleChoices = () => ROLES.map((role) => ({ value: role, label: wordOf("role", role) }));

function NewUserCard(props: { done: () => void }) {
  const email = useSignal("");
  const name = useSignal("");
  const role = useSignal<string>("clinician");
  const password = useSignal("");
  const sending = useSignal(false);
  const problem = useSignal<Problem | null>(null);
  const made = useSignal<User | null>(null);
  const field = problem.value?.field;
  const submit = async (event: Event) => {
    event.preventDefault();
    sending.value = true;
    problem.value = null;
    made.value = null;
    try {
      const chosen = password.value ? { password: password.value } : {};
      made.value = await post<User>("/api/users", { email: email.value, full_name: name.value, role: role.value, ...chosen });
      email.value = name.value = password.value = "";
      props.done();
    } catch (error) {
      problem.value = error as Problem;
    }
    sending.value = false;
  };
  return (
    <Card title={t("users.new")} lead={t("users.new_lead")}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <div class="fields">
          <TextField label={t("field.email")} type="email" autocomplete="off" value={email.value} error={field === "email" ? problem.value!.detail : ""} onValue={(value) => (email.value = value)} />
          <TextField label={t("field.full_name")} autocomplete="off" value={name.value} error={field === "full_name" ? problem.value!.detail : ""} onValue={(value) => (name.value = value)} />
          <SelectField label={t("my_data.role")} value={role.value} choices={roleChoices()} onValue={(value) => (role.value = value)} />
          <TextField label={t("users.first_password")} optional={t("field.optional")} help={t("users.password_help", { n: PASSWORD_LENGTH_MIN })} type="password" autocomplete="new-password" value={password.value} error={field === "password" ? problem.value!.detail : ""} onValue={(value) => (password.value = value)} />
        </div>
        {problem.value && <ProblemNote problem={problem.value} kept="error.kept_form" />}
        {made.value && (
          <Note kind="good" title={made.value.email}>
            {made.value.password && <p>{t("users.password_once")} <code class="break">{made.value.password}</code></p>}
            <p>{t("users.made")}</p>
          </Note>
        )}
        <button type="submit" class="button" disabled={sending.value}>{t("users.make")}</button>
      </form>
    </Card>
  );
}

function UsersTable(props: { users: User[]; done: () => void }) {
  const problem = useSignal<Problem | null>(null);
  const act = (path: string, body: unknown = {}) => {
    problem.value = null;
    post(path, body).then(props.done, (error: Problem) => {
      problem.value = error;
      props.done();
    });
  };
  return (
    <Card title={t("users.all")}>
      {problem.value && <ProblemNote problem={problem.value} kept="error.kept_nothing_changed" />}
      <Table
        caption={t("users.all")}
        rows={props.users}
        keyOf={(user) => user.id}
        columns={[
          { title: t("field.email"), cell: (user) => <span class="break">{user.email}</span> },
          { title: t("field.full_name"), cell: (user) => <span class="break">{user.full_name}</span> },
          {
            title: t("my_data.role"),
            cell: (user) => (
              <select aria-label={t("users.role_of", { email: user.email })} value={user.role} onChange={(event) => act(`/api/users/${user.id}/role`, { role: event.currentTarget.value })}>
                {roleChoices().map((choice) => <option key={choice.value} value={choice.value}>{choice.label}</option>)}
              </select>
            ),
          },
          { title: t("users.since"), cell: (user) => day(user.created_at) },
          { title: t("jobs.state"), cell: (user) => <Badge tone={user.disabled ? "bad" : "good"}>{t(user.disabled ? "users.disabled" : "users.active")}</Badge> },
          {
            title: t("users.change"),
            cell: (user) => (
              <button type="button" class="button button-quiet" aria-label={`${t(user.disabled ? "users.enable" : "users.disable")}: ${user.email}`} onClick={() => act(`/api/users/${user.id}/${user.disabled ? "enable" : "disable"}`)}>
                {t(user.disabled ? "users.enable" : "users.disable")}
              </button>
            ),
          },
        ]}
      />
    </Card>
  );
}

export function UsersPage(_: { parts: Record<string, string> }) {
  const email = useSignal("");
  const before = useSignal(0);
  const asked = [`limit=${LIMIT}`, email.value && `email=${encodeURIComponent(email.value)}`, before.value && `before=${before.value}`];
  const users = useFetched((stop) => get<{ users: User[] }>(`/api/users?${asked.filter(Boolean).join("&")}`, stop), [email.value, before.value]);
  const search = (value: string) => {
    before.value = 0;
    email.value = value.trim();
  };
  return (
    <Page title={t("nav.users")} lead={t("users.lead")} wide>
      <div class="filter">
        <TextField label={t("users.find")} type="search" help={t("users.find_help")} onChange={(event) => search(event.currentTarget.value)} onValue={() => undefined} />
      </div>
      <Loaded of={users}>
        {(data) =>
          data.users.length === 0 ? (
            <Empty title={t("users.empty")}><p>{t("users.empty_do")}</p></Empty>
          ) : (
            <>
              <UsersTable users={data.users} done={users.again} />
              {(data.users.length === LIMIT || before.value > 0) && (
                <div class="buttons">
                  {before.value > 0 && <button type="button" class="button button-quiet" onClick={() => (before.value = 0)}>{t("users.latest")}</button>}
                  {data.users.length === LIMIT && <button type="button" class="button button-quiet" onClick={() => (before.value = data.users.at(-1)!.id)}>{t("users.older")}</button>}
                </div>
              )}
            </>
          )
        }
      </Loaded>
      <NewUserCard done={users.again} />
    </Page>
  );
}
