// What happened to models and people's data, in order, chained and signed; and whether it still holds.
import { useSignal } from "@preact/signals";
import { get, Problem } from "../api/client";
import type { LedgerEntry, LedgerVerification } from "../api/contract";
import { moment, number, shortDigest } from "../format/numbers";
import { t, wordOf } from "../languages/language";
import { Loaded, useFetched } from "../parts/loaded";
import { Empty, Note, ProblemNote } from "../parts/notes";
import { Card, Page } from "../parts/page";
import { Table } from "../parts/table";

const LIMIT = 100;

function Verification() {
  const found = useSignal<LedgerVerification | "running" | null>(null);
  const problem = useSignal<Problem | null>(null);
  const verify = async () => {
    found.value = "running";
    problem.value = null;
    try {
      found.value = await get<LedgerVerification>("/api/ledger/verification");
    } catch (error) {
      problem.value = error as Problem;
      found.value = null;
    }
  };
  return (
    <Card title={t("ledger.verify_title")} lead={t("ledger.verify_lead")}>
      {problem.value && <ProblemNote problem={problem.value} kept="error.kept_nothing_changed" />}
      {found.value && found.value !== "running" && (
        <Note kind={found.value.ok ? "good" : "bad"} title={t(found.value.ok ? "ledger.holds" : "ledger.broken")}>
          <p>{t("ledger.entries", { n: number(found.value.entries) })} <span lang="en">{found.value.sentence}</span></p>
        </Note>
      )}
      <button type="button" class="button" disabled={found.value === "running"} onClick={() => void verify()}>{t(found.value === "running" ? "ledger.verifying" : "ledger.verify")}</button>
    </Card>
  );
}

function Entries() {
  const more = useSignal<LedgerEntry[]>([]);
  const ended = useSignal(false);
  const problem = useSignal<Problem | null>(null);
  const first = useFetched((stop) => get<{ entries: LedgerEntry[] }>(`/api/ledger?limit=${LIMIT}`, stop), []);
  const load = (before: number) => {
    problem.value = null;
    get<{ entries: LedgerEntry[] }>(`/api/ledger?limit=${LIMIT}&before=${before}`).then(
      (answer) => {
        more.value = [...more.value, ...answer.entries];
        ended.value = answer.entries.length < LIMIT;
      },
      (error: Problem) => (problem.value = error),
    );
  };
  return (
    <Loaded of={first}>
      {(data) => {
        const all = [...data.entries, ...more.value];
        if (all.length === 0) return <Empty title={t("ledger.empty")}><p>{t("ledger.empty_do")}</p></Empty>;
        const change = (entry: LedgerEntry) => (entry.to ? t("ledger.change", { from: entry.from || t("ledger.none"), to: entry.to }) : "");
        return (
          <Card title={t("ledger.all")}>
            <Table
              caption={t("ledger.all")}
              rows={all}
              keyOf={(entry) => entry.sequence}
              columns={[
                { title: t("ledger.sequence"), number: true, cell: (entry) => number(entry.sequence) },
                { title: t("column.when"), cell: (entry) => moment(entry.at) },
                { title: t("ledger.action"), cell: (entry) => <span>{wordOf("ledger_action", entry.action)} <span class="muted break">{entry.subject}</span></span> },
                { title: t("ledger.what"), cell: change },
                { title: t("ledger.actor"), cell: (entry) => entry.actor },
                { title: t("retrain.reason"), cell: (entry) => <span class="break">{entry.reason}</span> },
                { title: t("ledger.hash"), cell: (entry) => <code title={entry.hash}>{shortDigest(entry.hash)}</code> },
              ]}
            />
            {problem.value && <ProblemNote problem={problem.value} kept="error.kept_nothing_changed" />}
            {!ended.value && data.entries.length === LIMIT && (
              <button type="button" class="button button-quiet" onClick={() => load(all.at(-1)!.sequence)}>{t("ledger.older")}</button>
            )}
          </Card>
        );
      }}
    </Loaded>
  );
}

export function LedgerPage(_: { parts: Record<string, string> }) {
  return (
    <Page title={t("nav.ledger")} lead={t("ledger.lead")} wide>
      <Verification />
      <Entries />
    </Page>
  );
}
