// A file of outcomes: first read line by line without storing anything, then stored.
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { postCsv, Problem } from "../api/client";
import type { UploadReport } from "../api/contract";
import { number } from "../format/numbers";
import { t } from "../languages/language";
import { Icon } from "../parts/icon";
import { Note, ProblemNote } from "../parts/notes";
import { Card, Page } from "../parts/page";
import { Table } from "../parts/table";
import { pathOf } from "../router";

const FILE_BYTES_MAX = 64 * 1024 * 1024;

function Report(props: { report: UploadReport; stored: boolean }) {
  const { report, stored } = props;
  return (
    <>
      <div class="tiles">
        <div class="tile"><p class="tile-value">{number(report.lines)}</p><p class="tile-label">{t("upload.lines")}</p></div>
        <div class="tile"><p class="tile-value">{number(report.added)}</p><p class="tile-label">{t(stored ? "upload.added" : "upload.would_add")}</p></div>
        <div class="tile"><p class="tile-value">{number(report.already_there)}</p><p class="tile-label">{t("upload.already_there")}</p></div>
        <div class="tile"><p class="tile-value">{number(report.refused)}</p><p class="tile-label">{t("upload.refused")}</p></div>
      </div>
      {report.refusals.length > 0 && (
        <Card title={t("upload.refusals")} lead={t("upload.refusals_lead")}>
          <Table
            caption={t("upload.refusals")}
            rows={report.refusals}
            keyOf={(row) => `${row.line} ${row.reason}`}
            columns={[
              { title: t("upload.line"), number: true, cell: (row) => number(row.line) },
              { title: t("upload.why"), cell: (row) => <span lang="en" class="break">{row.reason}</span> },
            ]}
          />
          {report.more && <p class="muted">{t("upload.more")}</p>}
        </Card>
      )}
    </>
  );
}

export function UploadPage(_: { parts: Record<string, string> }) {
  const file = useSignal<File | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const preview = useSignal<UploadReport | null>(null);
  const stored = useSignal<UploadReport | null>(null);
  const state = useSignal<"ready" | "reading" | "storing">("ready");
  const problem = useSignal<Problem | null>(null);

  const read = async (chosen: File | null) => {
    file.value = chosen;
    preview.value = null;
    stored.value = null;
    problem.value = null;
    if (!chosen) return;
    if (chosen.size > FILE_BYTES_MAX) {
      problem.value = new Problem(413, t("upload.too_large", { n: FILE_BYTES_MAX / 1024 / 1024 }));
      return;
    }
    state.value = "reading";
    try {
      preview.value = await postCsv<UploadReport>("/api/outcomes/preview", chosen);
    } catch (error) {
      problem.value = error as Problem;
    }
    state.value = "ready";
  };
  const store = async () => {
    if (!file.value || state.value !== "ready") return;
    state.value = "storing";
    problem.value = null;
    try {
      stored.value = await postCsv<UploadReport>("/api/outcomes/upload", file.value);
      preview.value = null;
    } catch (error) {
      problem.value = error as Problem;
    }
    state.value = "ready";
  };

  return (
    <Page title={t("upload.title")} lead={t("upload.lead")}>
      <Card title={t("upload.choose")}>
        <p class="muted">{t("upload.format")}</p>
        <pre class="sample" lang="en" tabIndex={0} aria-label={t("upload.sample")}>{"prediction,outcome,reference_standard,observed_on\np-abcdefghijklmnopqrstuvwxyz,yes,coronary_angiography,2026-06-01"}</pre>
        <input ref={input} class="unseen" type="file" accept=".csv,text/csv" aria-label={t("upload.choose")} onChange={(event) => void read(event.currentTarget.files?.[0] ?? null)} />
        <div class="buttons">
          <button type="button" class="button" disabled={state.value !== "ready"} onClick={() => input.current?.click()}>{t("upload.choose_button")}</button>
          {file.value && <span class="break">{file.value.name}</span>}
        </div>
        {state.value !== "ready" && (
          <div class="progress-block">
            <progress aria-label={t(state.value === "reading" ? "upload.reading" : "upload.storing")} />
            <p class="muted" role="status">{t(state.value === "reading" ? "upload.reading" : "upload.storing")}</p>
          </div>
        )}
        {problem.value && <ProblemNote problem={problem.value} kept="error.kept_nothing_stored" />}
      </Card>
      {preview.value && (
        <>
          <Note kind="info" title={t("upload.preview")}><p>{t("upload.preview_means")}</p></Note>
          <Report report={preview.value} stored={false} />
          <div class="buttons">
            <button type="button" class="button button-large" disabled={state.value !== "ready" || preview.value.added === 0} onClick={() => void store()}>
              <Icon name="check" /> {t("upload.store", { n: number(preview.value.added) })}
            </button>
            <button type="button" class="button button-quiet" onClick={() => { preview.value = null; file.value = null; if (input.current) input.current.value = ""; }}>{t("cancel")}</button>
          </div>
        </>
      )}
      {stored.value && (
        <>
          <Note kind="good" title={t("upload.done")}><p><a href={pathOf("inbox")}>{t("upload.to_inbox")}</a></p></Note>
          <Report report={stored.value} stored />
        </>
      )}
    </Page>
  );
}
