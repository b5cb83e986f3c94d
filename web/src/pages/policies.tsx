// When each disease is retrained without anybody asking: by the calendar, by new outcomes, or never.
import { useSignal } from "@preact/signals";
import { get, post, Problem, session } from "../api/client";
import type { DiseaseSummary, Job, Policy } from "../api/contract";
import { diseaseList } from "../api/diseases";
import { day, moment, number } from "../format/numbers";
import { inLanguage, t, wordOf } from "../languages/language";
import { TextArea, TextField } from "../parts/fields";
import { Loaded, useFetched } from "../parts/loaded";
import { Empty, Note, ProblemNote } from "../parts/notes";
import { Badge, Card, Page } from "../parts/page";
import { pathOf } from "../router";
import { REASON_LENGTH_MAX } from "./retrain_form";

const DAY_MS = 86_400_000;
const DAYS_MAX = 366;
const OUTCOMES_MAX = 1_000_000;

/// What a policy means, in a sentence.
export function policySentence(policy: Policy): string {
  const { every_days: days, new_outcomes: outcomes } = policy;
  if (days !== null && outcomes !== null) return t("policy.both", { days: number(days), outcomes: number(outcomes) });
  if (days !== null) return t("policy.days", { days: number(days) });
  if (outcomes !== null) return t("policy.outcomes", { outcomes: number(outcomes) });
  return t("policy.never");
}

/// By the calendar; null: not by it, or nothing to count from.
export function nextByCalendar(policy: Policy): string | null {
  if (policy.every_days === null || policy.last_attempt_at === null) return null;
  return new Date(Date.parse(policy.last_attempt_at) + policy.every_days * DAY_MS).toISOString();
}

/// The last retrain of this disease that nobody asked for.
function lastByItself(jobs: Job[], disease: string): Job | undefined {
  return jobs.find((job) => (job.trigger === "schedule" || job.trigger === "outcomes") && job.runs.some((run) => run.disease === disease));
}

interface Count {
  value: number | null;
  error: string;
}

/// Empty: never.
function readCount(text: string, max: number): Count {
  if (text.trim() === "") return { value: null, error: "" };
  const value = Number(text);
  const good = Number.isInteger(value) && value >= 1 && value <= max;
  return good ? { value, error: "" } : { value: null, error: t("policy.count", { max: number(max) }) };
}

function PolicyForm(props: { policy: Policy; done: () => void }) {
  const { policy } = props;
  const days = useSignal(policy.every_days === null ? "" : String(policy.every_days));
  const outcomes = useSignal(policy.new_outcomes === null ? "" : String(policy.new_outcomes));
  const reason = useSignal("");
  const sending = useSignal(false);
  const problem = useSignal<Problem | null>(null);
  const everyDays = readCount(days.value, DAYS_MAX);
  const newOutcomes = readCount(outcomes.value, OUTCOMES_MAX);
  const refused = everyDays.error !== "" || newOutcomes.error !== "";
  const would = { ...policy, every_days: everyDays.value, new_outcomes: newOutcomes.value };
  const errorOf = (field: string, mine: string) => (problem.value?.field === field ? problem.value.detail : mine);

  const submit = async (event: Event) => {
    event.preventDefault();
    if (refused || sending.value) return;
    sending.value = true;
    problem.value = null;
    try {
      await post<Policy>(`/api/policies/${policy.disease}`, { every_days: everyDays.value, new_outcomes: newOutcomes.value, reason: reason.value.trim() });
      reason.value = "";
      props.done();
    } catch (error) {
      problem.value = error as Problem;
    }
    sending.value = false;
  };
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <div class="field-pair">
        <TextField label={t("policy.every_days")} help={t("policy.empty_never")} inputMode="numeric" autocomplete="off" value={days.value} error={errorOf("every_days", everyDays.error)} onValue={(value) => (days.value = value)} />
        <TextField label={t("policy.new_outcomes")} help={t("policy.empty_never")} inputMode="numeric" autocomplete="off" value={outcomes.value} error={errorOf("new_outcomes", newOutcomes.error)} onValue={(value) => (outcomes.value = value)} />
      </div>
      {!refused && <p aria-live="polite">{t("policy.would_mean")} <strong>{policySentence(would)}</strong></p>}
      <TextArea label={t("decide.reason")} help={t("decide.reason_help")} rows={2} maxLength={REASON_LENGTH_MAX} value={reason.value} error={errorOf("reason", "")} onValue={(value) => (reason.value = value)} />
      {problem.value && <ProblemNote problem={problem.value} kept="error.kept_policy" />}
      <button type="submit" class="button" disabled={refused || sending.value || reason.value.trim() === ""}>{t("policy.do")}</button>
    </form>
  );
}

function PolicyCard(props: { policy: Policy; name: string; jobs: Job[]; done: () => void }) {
  const { policy } = props;
  const saved = useSignal(false);
  const last = lastByItself(props.jobs, policy.disease);
  const next = nextByCalendar(policy);
  const byItself = policy.every_days !== null || policy.new_outcomes !== null;
  return (
    <Card title={props.name} actions={<Badge tone={byItself ? "good" : "plain"}>{t(byItself ? "policy.on" : "policy.off")}</Badge>}>
      <p class="verdict-means">{policySentence(policy)}</p>
      <dl class="facts">
        <dt>{t("policy.last_attempt")}</dt>
        <dd>{policy.last_attempt_at ? moment(policy.last_attempt_at) : t("policy.no_attempt")}</dd>
        <dt>{t("policy.since")}</dt>
        <dd>
          {policy.new_outcomes === null ? number(policy.confirmed_since) : t("policy.since_of", { n: number(policy.confirmed_since), of: number(policy.new_outcomes) })}
        </dd>
        {next && <><dt>{t("policy.next")}</dt><dd>{t("policy.next_at", { day: day(next) })}</dd></>}
        <dt>{t("policy.last_by_itself")}</dt>
        <dd>
          {last ? <><a href={pathOf("job", { id: last.id })}>{t("jobs.named", { n: last.id })}</a>, {moment(last.requested_at)} ({wordOf("trigger", last.trigger)})</> : t("policy.none_by_itself")}
        </dd>
      </dl>
      {saved.value && <Note kind="good"><p>{t("policy.done")}</p></Note>}
      {session.value?.role === "admin" && (
        <details>
          <summary>{t("policy.change")}</summary>
          <PolicyForm policy={policy} done={() => { saved.value = true; props.done(); }} />
        </details>
      )}
    </Card>
  );
}

async function fetchPolicies(stop: AbortSignal) {
  const [policies, jobs, diseases] = await Promise.all([
    get<{ policies: Policy[] }>("/api/policies", stop),
    get<{ jobs: Job[] }>("/api/jobs", stop),
    diseaseList(stop),
  ]);
  return { policies: policies.policies, jobs: jobs.jobs, diseases };
}

export function PoliciesPage(_: { parts: Record<string, string> }) {
  const found = useFetched(fetchPolicies, []);
  const nameOf = (diseases: DiseaseSummary[], id: string) => {
    const disease = diseases.find((each) => each.id === id);
    return disease ? inLanguage(disease.name) : id;
  };
  return (
    <Page title={t("policies.title")} lead={t("policies.lead")} actions={<a class="button button-quiet" href={pathOf("jobs")}>{t("policies.all_retrains")}</a>}>
      <Loaded of={found}>
        {({ policies, jobs, diseases }) =>
          policies.length === 0 ? (
            <Empty title={t("home.empty")}><p>{t("home.empty_do")}</p></Empty>
          ) : (
            <>
              <Note kind="info"><p>{t("policies.always")}</p></Note>
              {policies.map((policy) => <PolicyCard key={policy.disease} policy={policy} name={nameOf(diseases, policy.disease)} jobs={jobs} done={found.again} />)}
            </>
          )
        }
      </Loaded>
    </Page>
  );
}
