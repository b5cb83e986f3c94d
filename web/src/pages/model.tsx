// One disease's models: what was live when and why, what was tried, what changed between two, and
// the way back.
import { useSignal } from "@preact/signals";
import { get, post, Problem, session } from "../api/client";
import type { Attempt, Version, VersionDiff, Versions } from "../api/contract";
import { diseaseForm } from "../api/diseases";
import { moment, number, shortDigest } from "../format/numbers";
import { inLanguage, t, wordOf } from "../languages/language";
import { SelectField, TextArea } from "../parts/fields";
import { Loaded, useFetched } from "../parts/loaded";
import { Empty, Note, ProblemNote } from "../parts/notes";
import { Badge, Card, Page } from "../parts/page";
import { Table } from "../parts/table";
import { pathOf } from "../router";
import { VERDICT_TONE } from "./verdict_words";

function TimeLine(props: { disease: string; versions: Versions }) {
  const { versions } = props;
  const changes = [...versions.live_changes].sort((a, b) => (a.at < b.at ? 1 : -1));
  const version = (n: number | null) => versions.versions.find((each) => each.number === n);
  return (
    <Card title={t("model.timeline")} lead={t("model.timeline_lead")}>
      <ol class="timeline">
        {changes.map((change, i) => {
          const to = version(change.to);
          const back = change.from !== null && change.to !== null && change.to < change.from;
          return (
            <li key={change.at + String(change.to)} class={i === 0 ? "timeline-now" : undefined}>
              <p class="timeline-head">
                <strong>{change.to === null ? t("model.none_live") : t("result.version", { n: change.to })}</strong>{" "}
                {i === 0 && change.to !== null && <Badge tone="good">{t("version.live")}</Badge>} {back && <Badge tone="caution">{t("model.went_back")}</Badge>}{" "}
                {to?.forced && <Badge tone="bad">{t("version.forced")}</Badge>} {to?.contains_withdrawn && <Badge tone="caution">{t("version.contains_withdrawn")}</Badge>}
              </p>
              <p class="muted">{moment(change.at)}</p>
              {to && (
                <p class="break">
                  {to.reason} <span class="muted">({to.started_by})</span> <a href={pathOf("attempt", { disease: props.disease, number: to.attempt })}>{t("models.read_attempt", { n: to.attempt })}</a>
                </p>
              )}
            </li>
          );
        })}
      </ol>
    </Card>
  );
}

function Attempts(props: { disease: string; attempts: Attempt[] }) {
  return (
    <Card title={t("model.attempts")} lead={t("model.attempts_lead")}>
      <Table
        caption={t("model.attempts")}
        rows={props.attempts}
        keyOf={(attempt) => attempt.number}
        columns={[
          { title: t("model.attempt"), cell: (row) => <a href={pathOf("attempt", { disease: props.disease, number: row.number })}>{t("model.attempt_named", { n: row.number })}</a> },
          { title: t("column.when"), cell: (row) => moment(row.at) },
          { title: t("model.verdict"), cell: (row) => <Badge tone={VERDICT_TONE[row.verdict] ?? "plain"}>{wordOf("verdict", row.verdict)}</Badge> },
          { title: t("jobs.state"), cell: (row) => wordOf("attempt_state", row.state) },
          { title: t("result.model"), cell: (row) => (row.version === null ? "" : t("result.version", { n: row.version })) },
          { title: t("retrain.reason"), cell: (row) => <span class="break">{row.reason}</span> },
        ]}
      />
    </Card>
  );
}

/// A digest is told by its beginning.
function FactText(props: { text: string }) {
  if (/^[0-9a-f]{64}$/.test(props.text)) return <code title={props.text}>{shortDigest(props.text)}</code>;
  return <span class="break" lang="en">{props.text}</span>;
}

function Diff(props: { disease: string; from: string; to: string }) {
  const diff = useFetched((stop) => get<VersionDiff>(`/api/models/${props.disease}/diff/${props.from}/${props.to}`, stop), [props.from, props.to]);
  return (
    <Loaded of={diff}>
      {(data) => (
        <>
          {data.invented_patients && (
            <p>
              {t("diff.patients", {
                n: number(data.invented_patients.patients),
                mean: number(data.invented_patients.mean_change * 100, 1),
                largest: number(data.invented_patients.largest_change * 100, 1),
                crossed: number(data.invented_patients.other_side_of_threshold),
              })}
            </p>
          )}
          {!data.same_inputs && <Note kind="caution"><p>{t("diff.other_inputs")}</p></Note>}
          {data.facts.length === 0 ? (
            <p class="muted">{t("diff.same")}</p>
          ) : (
            <Table
              caption={t("diff.title")}
              rows={data.facts}
              keyOf={(fact) => fact.fact}
              columns={[
                { title: t("diff.fact"), cell: (fact) => <code>{fact.fact}</code> },
                { title: t("result.version", { n: data.from }), cell: (fact) => <FactText text={fact.from} /> },
                { title: t("result.version", { n: data.to }), cell: (fact) => <FactText text={fact.to} /> },
              ]}
            />
          )}
        </>
      )}
    </Loaded>
  );
}

function DiffCard(props: { disease: string; versions: Version[] }) {
  const choices = props.versions.map((version) => ({ value: String(version.number), label: t("result.version", { n: version.number }) }));
  const from = useSignal(choices[1]?.value ?? "");
  const to = useSignal(choices[0]?.value ?? "");
  return (
    <Card title={t("diff.title")}>
      <div class="field-pair">
        <SelectField label={t("diff.from")} value={from.value} choices={choices} onValue={(value) => (from.value = value)} />
        <SelectField label={t("diff.to")} value={to.value} choices={choices} onValue={(value) => (to.value = value)} />
      </div>
      {from.value === to.value ? <p class="muted">{t("diff.choose_two")}</p> : <Diff disease={props.disease} from={from.value} to={to.value} />}
    </Card>
  );
}

function RollBackCard(props: { disease: string; versions: Version[]; done: () => void }) {
  const live = props.versions.find((version) => version.live);
  const others = props.versions.filter((version) => !version.live && !version.contains_withdrawn);
  const choices = others.map((version) => ({ value: String(version.number), label: `${t("result.version", { n: version.number })} · ${shortDigest(version.model_digest)}` }));
  const wanted = useSignal("");
  const target = choices.some((choice) => choice.value === wanted.value) ? wanted.value : (choices[0]?.value ?? "");
  const reason = useSignal("");
  const state = useSignal<"ready" | "sending" | "done">("ready");
  const problem = useSignal<Problem | null>(null);
  if (choices.length === 0 || !live) return null;
  const submit = async (event: Event) => {
    event.preventDefault();
    if (state.value === "sending") return;
    state.value = "sending";
    problem.value = null;
    try {
      await post(`/api/models/${props.disease}/rollback`, { version: Number(target), reason: reason.value.trim(), seen_live: live.number });
      state.value = "done";
      reason.value = "";
      props.done();
    } catch (error) {
      problem.value = error as Problem;
      state.value = "ready";
    }
  };
  return (
    <Card title={t("rollback.title")} lead={t("rollback.lead", { n: live.number })}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <SelectField label={t("rollback.to")} value={target} choices={choices} onValue={(value) => (wanted.value = value)} />
        <TextArea label={t("rollback.reason")} help={t("decide.reason_help")} value={reason.value} error={problem.value?.field === "reason" ? problem.value.detail : ""} onValue={(value) => (reason.value = value)} />
        {problem.value && <ProblemNote problem={problem.value} kept="error.kept_live" />}
        {state.value === "done" && <Note kind="good"><p>{t("rollback.done")}</p></Note>}
        <button type="submit" class="button button-danger" disabled={state.value === "sending" || reason.value.trim() === ""}>{t("rollback.do")}</button>
      </form>
    </Card>
  );
}

async function fetchModel(disease: string, stop: AbortSignal) {
  const [form, versions, attempts] = await Promise.all([
    diseaseForm(disease),
    get<Versions>(`/api/models/${disease}/versions`, stop),
    get<{ attempts: Attempt[] }>(`/api/models/${disease}/attempts`, stop),
  ]);
  return { form, versions, attempts: attempts.attempts };
}

export function ModelPage(props: { parts: Record<string, string> }) {
  const disease = props.parts.disease ?? "";
  const model = useFetched((stop) => fetchModel(disease, stop), [disease]);
  const name = model.fetched.state === "there" ? inLanguage(model.fetched.data.form.name) : disease;
  return (
    <Page title={t("model.title", { disease: name })} wide>
      <Loaded of={model}>
        {({ versions, attempts }) =>
          attempts.length === 0 && versions.versions.length === 0 ? (
            <Empty title={t("model.empty")}>
              <p>{t("model.empty_do")}</p>
              {session.value?.role === "admin" && <a class="button" href={pathOf("overview")}>{t("retrain.do")}</a>}
            </Empty>
          ) : (
            <>
              <div class="two-columns">
                <TimeLine disease={disease} versions={versions} />
                {session.value?.role === "admin" && <RollBackCard disease={disease} versions={versions.versions} done={model.again} />}
              </div>
              {versions.versions.length > 1 && <DiffCard key={versions.versions.length} disease={disease} versions={versions.versions} />}
              <Attempts disease={disease} attempts={attempts} />
            </>
          )
        }
      </Loaded>
    </Page>
  );
}
