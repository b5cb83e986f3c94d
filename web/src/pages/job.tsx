// A retrain while it goes on, and what it came to. All that is shown is the job as the server last
// told it: a reload, a lost connection and another device show the same.
import { useSignal, type Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { get, post, Problem, session } from "../api/client";
import type { Job, JobRun } from "../api/contract";
import { watch } from "../api/events";
import { duration, moment, number } from "../format/numbers";
import { inLanguage, t, wordOf, type TextKey } from "../languages/language";
import { diseaseList } from "../api/diseases";
import { Icon } from "../parts/icon";
import { useFetched } from "../parts/loaded";
import { Note, ProblemNote } from "../parts/notes";
import { Badge, Card, Page } from "../parts/page";
import { pathOf } from "../router";
import { STATE_TONE } from "./jobs";
import { VERDICT_TONE } from "./verdict_words";

/// What is usually still to come; which of them a retrain takes, it tells itself.
const USUAL_STEPS = ["records", "read", "search", "judge", "evaluate", "report", "replay"];

interface StepShown {
  name: string;
  state: "behind" | "now" | "ahead";
  seconds: number | null;
}

/// Steps in the order in which they began; one that comes again counts once, with all its time.
export function stepsOf(run: JobRun): StepShown[] {
  const shown: StepShown[] = [];
  for (const step of run.steps) {
    const seconds = step.ended_at ? (Date.parse(step.ended_at) - Date.parse(step.started_at)) / 1000 : null;
    const before = shown.find((each) => each.name === step.step);
    if (!before) {
      shown.push({ name: step.step, state: seconds === null ? "now" : "behind", seconds });
      continue;
    }
    before.state = seconds === null ? "now" : "behind";
    before.seconds = (before.seconds ?? 0) + (seconds ?? 0);
  }
  if (run.state !== "running" && run.state !== "queued") return shown;
  const last = Math.max(-1, ...shown.map((each) => USUAL_STEPS.indexOf(each.name)));
  const ahead = USUAL_STEPS.slice(last + 1).map((name): StepShown => ({ name, state: "ahead", seconds: null }));
  return [...shown, ...ahead];
}

const isOver = (job: Job) => job.state === "done" || job.state === "failed" || job.state === "cancelled";

function Steps(props: { run: JobRun }) {
  return (
    <ol class="steps">
      {stepsOf(props.run).map((step) => (
        <li key={step.name} class={`step step-${step.state}`} aria-current={step.state === "now" ? "step" : undefined}>
          <span class="step-dot" aria-hidden="true" />
          <span>{wordOf("step", step.name)}</span>
          {step.seconds !== null && step.state === "behind" && <span class="muted">{duration(step.seconds)}</span>}
        </li>
      ))}
    </ol>
  );
}

function Progress(props: { run: JobRun }) {
  const { run } = props;
  if (run.state !== "running" || !run.step) return null;
  const known = run.total > 0;
  return (
    <div class="progress-block">
      <progress aria-label={wordOf("step", run.step)} {...(known ? { value: run.done, max: run.total } : {})} />
      <p class="muted">
        {wordOf("step", run.step)}
        {known && ` · ${number(run.done)} / ${number(run.total)}`}
        {run.detail && <span lang="en"> · {run.detail}</span>}
        {run.seconds_left !== null && ` · ${t("job.left", { time: duration(run.seconds_left) })}`}
      </p>
    </div>
  );
}

function Attempts(props: { run: JobRun }) {
  return (
    <>
      {props.run.attempts.map((attempt) => (
        <div key={attempt.number} class="attempt-line">
          <Badge tone={VERDICT_TONE[attempt.verdict] ?? "plain"}>{wordOf("verdict", attempt.verdict)}</Badge>
          <span>{wordOf("attempt_means", attempt.state)}{attempt.version !== null && ` ${t("job.became", { n: attempt.version })}`}</span>
          <a class="button" href={pathOf("attempt", { disease: props.run.disease, number: attempt.number })}>
            {t("job.read_verdict")} <Icon name="arrow" />
          </a>
        </div>
      ))}
    </>
  );
}

function RunCard(props: { run: JobRun; name: string }) {
  const { run } = props;
  return (
    <Card title={props.name} actions={<Badge tone={STATE_TONE[run.state]}>{wordOf("job_state", run.state)}</Badge>}>
      {run.state === "queued" ? <p class="muted">{t("job.waits")}</p> : <Steps run={run} />}
      <Progress run={run} />
      {run.wish === "keep_best" && run.state === "running" && <Note kind="info"><p>{t("job.keeping_best")}</p></Note>}
      {run.wish === "cancel" && run.state === "running" && <Note kind="info"><p>{t("job.cancelling")}</p></Note>}
      {run.error && (
        <Note kind="bad" title={t("job.failed")}>
          <p lang="en" class="server-words">{run.error}</p>
          <p>{t("error.kept_live")}</p>
        </Note>
      )}
      {run.state === "cancelled" && <Note kind="caution"><p>{t("job.cancelled_means")}</p></Note>}
      <Attempts run={run} />
    </Card>
  );
}

function JobActions(props: { job: Signal<Job | null>; connection: "connected" | "lost" | "coming" }) {
  const sending = useSignal(false);
  const problem = useSignal<Problem | null>(null);
  const asking = useSignal(false);
  const job = props.job.value;
  if (!job || isOver(job) || session.value?.role !== "admin") return null;
  const ask = async (what: "cancel" | "keep-best") => {
    sending.value = true;
    problem.value = null;
    asking.value = false;
    try {
      const answer = await post<Job>(`/api/jobs/${job.id}/${what}`);
      if (answer.revision >= (props.job.value?.revision ?? 0)) props.job.value = answer;
    } catch (error) {
      problem.value = error as Problem;
    }
    sending.value = false;
  };
  const searching = job.runs.some((run) => run.state === "running" && run.step === "search" && run.wish !== "keep_best");
  return (
    <Card title={t("job.stop_title")} lead={t("job.stop_lead")}>
      {problem.value && <ProblemNote problem={problem.value} kept="error.kept_live" />}
      <div class="buttons">
        <button type="button" class="button button-quiet" disabled={sending.value || !searching} onClick={() => void ask("keep-best")}>{t("job.keep_best")}</button>
        {asking.value ? (
          <>
            <button type="button" class="button button-danger" disabled={sending.value} onClick={() => void ask("cancel")}>{t("job.cancel_really")}</button>
            <button type="button" class="button button-quiet" onClick={() => (asking.value = false)}>{t("job.go_on")}</button>
          </>
        ) : (
          <button type="button" class="button button-danger" disabled={sending.value} onClick={() => (asking.value = true)}>{t("job.cancel")}</button>
        )}
      </div>
    </Card>
  );
}

/// What a screen reader is told: the step, not every percent of it.
function announcement(job: Job): string {
  const run = job.runs.find((each) => each.state === "running") ?? job.runs.at(-1);
  const state = wordOf("job_state", job.state);
  return run && run.step && !isOver(job) ? `${state}: ${run.disease}, ${wordOf("step", run.step)}` : state;
}

export function JobPage(props: { parts: Record<string, string> }) {
  const id = props.parts.id ?? "";
  const job = useSignal<Job | null>(null);
  const connection = useSignal<"coming" | "connected" | "lost">("coming");
  const problem = useSignal<Problem | null>(null);
  const round = useSignal(0);
  const diseases = useFetched(diseaseList, []);
  const nameOf = (disease: string) => {
    const found = diseases.fetched.state === "there" ? diseases.fetched.data.find((each) => each.id === disease) : undefined;
    return found ? inLanguage(found.name) : disease;
  };

  useEffect(() => {
    const take = (next: Job) => {
      if (!job.value || next.revision >= job.value.revision) job.value = next;
    };
    const stop = watch(`/api/jobs/${id}/events`, {
      onEvent: (event) => {
        if (event.event !== "job") return "go on";
        const next = JSON.parse(event.data) as Job;
        take(next);
        problem.value = null;
        return isOver(next) ? "enough" : "go on";
      },
      onConnection: (state) => (connection.value = state),
      // Why it was refused, the job itself says in a sentence.
      onRefused: () => {
        get<Job>(`/api/jobs/${id}`).then(take, (error: Problem) => (problem.value = error));
      },
    });
    return stop;
  }, [id, round.value]);

  const now = job.value;
  const lost = connection.value === "lost" && now !== null && !isOver(now);
  return (
    <Page title={t("jobs.named", { n: id })} lead={now?.reason ?? ""} actions={now && <Badge tone={STATE_TONE[now.state]}>{wordOf("job_state", now.state)}</Badge>}>
      <p class="unseen" aria-live="polite">{now ? announcement(now) : ""}</p>
      {problem.value && <ProblemNote problem={problem.value} kept="error.kept_job" again={() => (round.value += 1)} />}
      {!now && !problem.value && <p class="coming" role="status">{t(connection.value === "lost" ? "job.reconnecting" : "loading")}</p>}
      {lost && !problem.value && <Note kind="caution" title={t("job.lost")}><p>{t("job.lost_means")}</p></Note>}
      {now?.runs.map((run) => <RunCard key={run.disease} run={run} name={nameOf(run.disease)} />)}
      {now && <JobActions job={job} connection={connection.value} />}
      {now && (
        <Card title={t("job.facts")}>
          <dl class="facts">
            <dt>{t("jobs.trigger")}</dt>
            <dd>{wordOf("trigger", now.trigger)}</dd>
            <dt>{t("job.started_by")}</dt>
            <dd>{now.started_by ?? t("job.by_itself")}</dd>
            {([["job.requested", now.requested_at], ["job.started", now.started_at], ["job.ended", now.ended_at]] as [TextKey, string | null][]).map(([key, at]) => at && (
              <>
                <dt>{t(key)}</dt>
                <dd>{moment(at)}</dd>
              </>
            ))}
          </dl>
        </Card>
      )}
    </Page>
  );
}
