// A file of many people: each gets the live model's risk; the results come back line by line.
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { Problem } from "../api/client";
import type { Disease, DiseaseSummary } from "../api/contract";
import { handOver } from "../api/download";
import { diseaseForm, diseaseList } from "../api/diseases";
import { number, percent } from "../format/numbers";
import { inLanguage, t, wordOf } from "../languages/language";
import { SelectField } from "../parts/fields";
import { LongTable } from "../parts/long_table";
import { Loaded, useFetched } from "../parts/loaded";
import { Empty, Note, ProblemNote } from "../parts/notes";
import { Badge, Card, Page } from "../parts/page";
import { Table } from "../parts/table";
import { pathOf } from "../router";
import { exampleOf } from "./assess_form";
import { classOf, resultFile, sendBatch, type BatchResult } from "./batch_sending";
import { CLASS_TONE } from "./result";

const FILE_BYTES_MAX = 64 * 1024 * 1024;
const REFUSALS_SHOWN = 100;
const COLUMNS_SHOWN = 4;

/// The columns that must be there, and an invented person.
function sampleOf(disease: Disease): string {
  const example = exampleOf(disease);
  const needed = disease.predictors.filter((each, i) => !each.may_be_missing || i < COLUMNS_SHOWN);
  const names = ["made_at", "person", ...needed.map((each) => each.id)];
  const today = new Date().toISOString().slice(0, 10);
  return `${names.join(",")}\n${[today, "ward7/0031", ...needed.map((each) => example[each.id]?.text ?? "")].join(",")}`;
}

function Results(props: { result: BatchResult; disease: Disease }) {
  const { result, disease } = props;
  const tiles = [
    { value: result.lines, label: t("upload.lines") },
    { value: result.added, label: t("batch.added") },
    { value: result.already_there, label: t("upload.already_there") },
    { value: result.refused, label: t("upload.refused") },
  ];
  return (
    <>
      <div class="tiles">
        {tiles.map((tile) => <div key={tile.label} class="tile"><p class="tile-value">{number(tile.value)}</p><p class="tile-label">{tile.label}</p></div>)}
      </div>
      {result.predictions.length > 0 && (
        <Card
          title={t("batch.results")}
          lead={result.model_version === null ? "" : t("batch.results_lead", { n: result.model_version })}
          actions={
            <button type="button" class="button" onClick={() => handOver(new Blob([resultFile(result, disease.thresholds)], { type: "text/csv" }), `${disease.id}-risks.csv`)}>
              {t("batch.download")}
            </button>
          }
        >
          <LongTable
            caption={t("batch.results")}
            rows={result.predictions}
            columns={[
              { title: t("field.reference"), width: "minmax(0, 3fr)", cell: (row) => <a href={pathOf("person", { id: row.prediction_id })}>{row.reference || t("inbox.without_reference")}</a> },
              { title: t("column.risk"), width: "3.2rem", number: true, cell: (row) => (row.risk === null ? t("result.not_known") : percent(row.risk)) },
              { title: t("column.class"), width: "minmax(5.8rem, 1.2fr)", cell: (row) => row.risk !== null && <Badge tone={CLASS_TONE[classOf(row.risk, disease.thresholds)]!}>{wordOf("risk_class", classOf(row.risk, disease.thresholds))}</Badge> },
              { title: t("batch.new"), wide_only: true, cell: (row) => t(row.new ? "batch.is_new" : "upload.already_there") },
            ]}
          />
        </Card>
      )}
      {result.refusals.length > 0 && (
        <Card title={t("upload.refusals")} lead={t("upload.refusals_lead")}>
          <Table
            caption={t("upload.refusals")}
            rows={result.refusals.slice(0, REFUSALS_SHOWN)}
            keyOf={(row) => `${row.line} ${row.reason}`}
            columns={[
              { title: t("upload.line"), number: true, cell: (row) => number(row.line) },
              { title: t("upload.why"), cell: (row) => <span lang="en" class="break">{row.reason}</span> },
            ]}
          />
          {result.refused > REFUSALS_SHOWN && <p class="muted">{t("batch.more_refused")}</p>}
        </Card>
      )}
    </>
  );
}

function BatchOf(props: { disease: Disease }) {
  const { disease } = props;
  const file = useSignal<File | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const state = useSignal<"ready" | "sending" | "stopping" | "stopped" | "done">("ready");
  const done = useSignal({ pieces: 0, of: 0 });
  const result = useSignal<BatchResult | null>(null);
  const problem = useSignal<Problem | null>(null);
  const sending = state.value === "sending" || state.value === "stopping";

  const choose = (chosen: File | null) => {
    file.value = chosen;
    result.value = null;
    problem.value = null;
    state.value = "ready";
    if (chosen && chosen.size > FILE_BYTES_MAX) {
      problem.value = new Problem(413, t("upload.too_large", { n: FILE_BYTES_MAX / 1024 / 1024 }));
      file.value = null;
    }
  };
  const send = async () => {
    if (!file.value || sending) return;
    state.value = "sending";
    problem.value = null;
    result.value = null;
    try {
      await sendBatch(disease.id, await file.value.text(), {
        onProgress: (pieces, of, so_far) => {
          done.value = { pieces, of };
          result.value = so_far;
        },
        wanted: () => (state.value === "stopping" ? "stop" : "go on"),
      });
      state.value = done.value.pieces < done.value.of ? "stopped" : "done";
    } catch (error) {
      problem.value = error instanceof Problem ? error : new Problem(400, t("batch.unreadable"));
      state.value = "ready";
    }
  };
  const some = result.value !== null && result.value.lines > 0;

  return (
    <>
      <Card title={t("upload.choose")} lead={t("upload.format")}>
        <pre class="sample" lang="en" tabIndex={0} aria-label={t("upload.sample")}>{sampleOf(disease)}</pre>
        <p class="muted">{t("batch.columns")}</p>
        <details>
          <summary>{t("batch.all_columns")}</summary>
          <ul class="plain-list column-names" lang="en">
            {disease.predictors.map((each) => <li key={each.id}><code>{each.id}</code> {(each.codes ?? []).map((code) => code.word).join(" | ") || (each.conversions ?? []).map((unit) => unit.label).filter(Boolean).join(" | ")}</li>)}
          </ul>
        </details>
        <input ref={input} class="unseen" type="file" accept=".csv,text/csv" aria-label={t("upload.choose")} onChange={(event) => choose(event.currentTarget.files?.[0] ?? null)} />
        <div class="buttons">
          <button type="button" class={`button${file.value ? " button-quiet" : ""}`} disabled={sending} onClick={() => input.current?.click()}>{t("upload.choose_button")}</button>
          {file.value && <span class="break">{file.value.name}</span>}
        </div>
        {file.value && state.value === "ready" && (
          <>
            <Note kind="info"><p>{t("batch.stores")}</p></Note>
            <button type="button" class="button button-large" onClick={() => void send()}>{t("batch.do")}</button>
          </>
        )}
        {sending && (
          <div class="progress-block">
            <progress aria-label={t("batch.sending")} value={done.value.pieces} max={Math.max(done.value.of, 1)} />
            <p class="muted" role="status">{t("batch.sent", { n: number(result.value?.lines ?? 0) })}</p>
            <button type="button" class="button button-quiet" disabled={state.value === "stopping"} onClick={() => (state.value = "stopping")}>{t("batch.stop")}</button>
          </div>
        )}
        {problem.value && <ProblemNote problem={problem.value} kept={some ? "error.kept_batch" : "error.kept_nothing_stored"} />}
      </Card>
      {state.value === "done" && <Note kind="good" title={t("batch.done")}><p>{t("batch.done_means")}</p></Note>}
      {state.value === "stopped" && <Note kind="caution" title={t("batch.stopped")}><p>{t("error.kept_batch")}</p></Note>}
      {some && !sending && <Results result={result.value!} disease={disease} />}
    </>
  );
}

function Choice(props: { diseases: DiseaseSummary[] }) {
  const ready = props.diseases.filter((disease) => disease.live_version !== null);
  const chosen = useSignal(ready[0]?.id ?? "");
  const form = useFetched(() => (chosen.value ? diseaseForm(chosen.value) : Promise.resolve(null)), [chosen.value]);
  if (ready.length === 0) return <Empty title={t("home.no_model")}><p>{t("assess.no_model")}</p></Empty>;
  return (
    <>
      <div class="filter">
        <SelectField label={t("column.disease")} value={chosen.value} choices={ready.map((each) => ({ value: each.id, label: inLanguage(each.name) }))} onValue={(value) => (chosen.value = value)} />
      </div>
      <Loaded of={form}>{(disease) => disease && <BatchOf key={disease.id} disease={disease} />}</Loaded>
    </>
  );
}

export function BatchPage(_: { parts: Record<string, string> }) {
  const diseases = useFetched(diseaseList, []);
  return (
    <Page title={t("batch.title")} lead={t("batch.lead")}>
      <Loaded of={diseases}>{(list) => <Choice diseases={list} />}</Loaded>
    </Page>
  );
}
