// One attempt to change a model: the verdict in sentences, what it rests on, and what people say.
import { useSignal } from "@preact/signals";
import { get, post, Problem } from "../api/client";
import type { AttemptDetail, Disease, ModelReport, Verdict } from "../api/contract";
import { diseaseForm } from "../api/diseases";
import { downloadFrom } from "../api/download";
import { CalibrationChart, DecisionChart, GroupsChart, metricText, MovedChart, RocChart } from "../charts/report_charts";
import { moment, number, percent, shortDigest } from "../format/numbers";
import { inLanguage, language, t, wordOf, type TextKey } from "../languages/language";
import { TextArea } from "../parts/fields";
import { Loaded, useFetched } from "../parts/loaded";
import { Note, ProblemNote } from "../parts/notes";
import { Badge, Card, Page } from "../parts/page";
import { Table } from "../parts/table";
import { pathOf } from "../router";
import { CLAUSE_TONE, VERDICT_TONE } from "./verdict_words";

const METRICS = ["auroc", "calibration_slope", "calibration_intercept", "sensitivity", "specificity", "brier", "net_benefit"] as const;

/// The kinds only where the rule asks for some of each.
function StillNeeded(props: { people: NonNullable<Verdict["still_needed"]> }) {
  const { persons, cases, non_cases } = props.people;
  return (
    <Note kind="info">
      <p>{t("verdict.still_needed", { n: number(persons) })}</p>
      {cases + non_cases > 0 && <p>{t("verdict.still_needed_kinds", { cases: number(cases), non_cases: number(non_cases) })}</p>}
    </Note>
  );
}

function VerdictCard(props: { attempt: AttemptDetail }) {
  const { attempt } = props;
  const verdict = attempt.verdict_record;
  return (
    <Card class={`verdict verdict-${attempt.verdict}`}>
      <p class="verdict-word"><Badge tone={VERDICT_TONE[attempt.verdict] ?? "plain"}>{wordOf("verdict", attempt.verdict)}</Badge></p>
      <p class="verdict-means">{wordOf("verdict_means", attempt.verdict)}</p>
      {verdict && verdict.because.length > 0 && (
        <ul class="plain-list" lang="en">{verdict.because.map((sentence) => <li key={sentence}>{sentence}</li>)}</ul>
      )}
      {verdict?.still_needed && <StillNeeded people={verdict.still_needed} />}
      {attempt.evidence?.change && <p class="muted">{wordOf("rung", attempt.evidence.change.rung)}</p>}
      <dl class="facts">
        <dt>{t("attempt.state")}</dt>
        <dd>{wordOf("attempt_state", attempt.state)}{attempt.version !== null && ` · ${t("result.version", { n: attempt.version })}`}</dd>
        <dt>{t("attempt.against")}</dt>
        <dd>{attempt.champion ? t("result.version", { n: attempt.champion }) : t("attempt.nothing_live")}</dd>
        <dt>{t("retrain.reason")}</dt>
        <dd class="break">{attempt.reason} <span class="muted">({attempt.started_by}, {moment(attempt.at)})</span></dd>
        <dt>{t("result.model")}</dt>
        <dd><code>{shortDigest(attempt.model_digest)}</code></dd>
      </dl>
    </Card>
  );
}

type Decision = "approve" | "reject" | "force";
const DECISIONS: { what: Decision; text: TextKey; style: string }[] = [
  { what: "approve", text: "decide.approve", style: "button" },
  { what: "reject", text: "decide.reject", style: "button button-quiet" },
  { what: "force", text: "decide.force", style: "button button-danger" },
];

function DecideCard(props: { disease: string; attempt: AttemptDetail; done: () => void }) {
  const { attempt } = props;
  const reason = useSignal("");
  const state = useSignal<"ready" | "sending">("ready");
  const problem = useSignal<Problem | null>(null);
  const done = useSignal(false);
  const may = DECISIONS.filter((decision) => attempt.i_may[decision.what]);
  const decide = async (what: Decision) => {
    state.value = "sending";
    problem.value = null;
    try {
      await post(`/api/models/${props.disease}/attempts/${attempt.number}/${what}`, { reason: reason.value.trim() });
      reason.value = "";
      done.value = true;
      props.done();
    } catch (error) {
      problem.value = error as Problem;
    }
    state.value = "ready";
  };
  if (attempt.state !== "waiting" && may.length === 0 && attempt.approvals.length === 0 && !done.value) return null;
  return (
    <Card title={t("decide.title")} lead={attempt.state === "waiting" ? t("decide.missing", { n: attempt.approvals_missing }) : ""}>
      {attempt.approvals.length > 0 && (
        <ul class="plain-list">
          {attempt.approvals.map((approval) => (
            <li key={approval.at + approval.by} class="break">{t("decide.said", { by: approval.by, at: moment(approval.at), reason: approval.reason })}</li>
          ))}
        </ul>
      )}
      {done.value && <Note kind="good"><p>{t("decide.done")}</p></Note>}
      {may.length === 0 && attempt.state === "waiting" && <p class="muted">{t("decide.not_you")}</p>}
      {may.length > 0 && (
        <>
          <TextArea label={t("decide.reason")} help={t("decide.reason_help")} value={reason.value} error={problem.value?.field === "reason" ? problem.value.detail : ""} onValue={(value) => (reason.value = value)} />
          {attempt.i_may.force && <p class="muted">{t("decide.force_means")}</p>}
          {problem.value && <ProblemNote problem={problem.value} kept="error.kept_live" />}
          <div class="buttons">
            {may.map((decision) => (
              <button key={decision.what} type="button" class={decision.style} disabled={state.value === "sending" || reason.value.trim() === ""} onClick={() => void decide(decision.what)}>
                {t(decision.text)}
              </button>
            ))}
          </div>
        </>
      )}
    </Card>
  );
}

function ClausesCard(props: { verdict: Verdict }) {
  return (
    <Card title={t("attempt.rules")} lead={t("attempt.rules_lead")}>
      <Table
        caption={t("attempt.rules")}
        rows={props.verdict.reasons}
        keyOf={(reason) => reason.clause + reason.sentence}
        columns={[
          { title: t("attempt.rule"), cell: (reason) => <strong>{wordOf("clause", reason.clause)}</strong> },
          { title: t("attempt.result"), cell: (reason) => <Badge tone={reason.unknown ? "caution" : (CLAUSE_TONE[reason.allows] ?? "plain")}>{wordOf("clause_says", reason.unknown ? "unknown" : reason.allows)}</Badge> },
          { title: t("attempt.sentence"), cell: (reason) => <span lang="en">{reason.sentence}</span> },
        ]}
      />
    </Card>
  );
}

function MetricsTable(props: { candidate: ModelReport; live?: ModelReport }) {
  const { candidate, live } = props;
  const columns = [
    { title: t("attempt.figure"), cell: (metric: (typeof METRICS)[number]) => wordOf("metric", metric) },
    { title: t("chart.candidate"), number: true, cell: (metric: (typeof METRICS)[number]) => metricText(candidate.everybody.metrics?.[metric]) },
  ];
  if (live) columns.splice(1, 0, { title: t("chart.live"), number: true, cell: (metric) => metricText(live.everybody.metrics?.[metric]) });
  return <Table caption={t("attempt.figures")} rows={[...METRICS]} keyOf={(metric) => metric} columns={columns} />;
}

function Comparison(props: { attempt: AttemptDetail; disease: Disease }) {
  const { report, evidence } = props.attempt;
  if (!report) return null;
  const both = report.side_by_side;
  const models = both ? { candidate: both.candidate, live: both.live } : { candidate: report.report };
  const people = models.candidate.everybody;
  return (
    <Card title={t(both ? "attempt.side_by_side" : "attempt.alone")} lead={t(both ? "attempt.side_by_side_lead" : "attempt.alone_lead", { n: number(people.persons), cases: number(people.cases) })}>
      <MetricsTable {...models} />
      <div class="charts">
        <RocChart {...models} />
        <CalibrationChart {...models} />
        <DecisionChart {...models} />
        {both && <MovedChart both={both} />}
        {evidence && both && <GroupsChart evidence={evidence} nameOf={(_, label) => label} />}
      </div>
      {evidence?.change && both && (
        <p class="muted">{t("attempt.changes", { largest: number(evidence.change.largest_risk_change * 100, 1), crossed: percent(evidence.change.category_changes) })}</p>
      )}
    </Card>
  );
}

const SHOWN_FILES: { name: (language: string) => string; text: TextKey }[] = [
  { name: (language) => `dossier.${language}.pdf`, text: "file.dossier_pdf" },
  { name: (language) => `dossier.${language}.html`, text: "file.dossier_html" },
  { name: (language) => `card.${language}.html`, text: "file.card_html" },
  { name: () => "report.html", text: "file.report_html" },
];

function FilesCard(props: { disease: string; attempt: AttemptDetail }) {
  const problem = useSignal<Problem | null>(null);
  const base = `/api/models/${props.disease}/attempts/${props.attempt.number}/files`;
  const files = SHOWN_FILES.map((file) => ({ name: file.name(language.value), text: file.text })).filter((file) => props.attempt.files.includes(file.name));
  if (files.length === 0) return null;
  return (
    <Card title={t("attempt.dossier")} lead={t("attempt.dossier_lead")}>
      {problem.value && <ProblemNote problem={problem.value} kept="error.kept_nothing_changed" />}
      <div class="buttons">
        {files.map((file) => (
          <button
            key={file.name}
            type="button"
            class="button button-quiet"
            onClick={() => {
              problem.value = null;
              downloadFrom(`${base}/${file.name}`, `${props.disease}-${props.attempt.number}-${file.name}`).catch((error: Problem) => (problem.value = error));
            }}
          >
            {t(file.text)}
          </button>
        ))}
      </div>
    </Card>
  );
}

export function AttemptPage(props: { parts: Record<string, string> }) {
  const { disease = "", number: attemptNumber = "" } = props.parts;
  const found = useFetched(
    async (stop) => {
      const [form, attempt] = await Promise.all([diseaseForm(disease), get<AttemptDetail>(`/api/models/${disease}/attempts/${attemptNumber}`, stop)]);
      return { form, attempt };
    },
    [disease, attemptNumber],
  );
  const name = found.fetched.state === "there" ? inLanguage(found.fetched.data.form.name) : disease;
  return (
    <Page title={t("attempt.title", { disease: name, n: attemptNumber })} wide actions={<a class="button button-quiet" href={pathOf("model", { disease })}>{t("attempt.all")}</a>}>
      <Loaded of={found}>
        {({ form, attempt }) => (
          <>
            {attempt.report?.synthetic && <Note kind="caution" title={t("result.synthetic")}><p>{t("attempt.synthetic_means")}</p></Note>}
            <VerdictCard attempt={attempt} />
            <DecideCard disease={disease} attempt={attempt} done={found.again} />
            <Comparison attempt={attempt} disease={form} />
            {attempt.verdict_record && <ClausesCard verdict={attempt.verdict_record} />}
            <FilesCard disease={disease} attempt={attempt} />
          </>
        )}
      </Loaded>
    </Page>
  );
}
