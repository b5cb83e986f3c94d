// Outcomes that a test on arrival found odd wait here for a person. Nothing is deleted.
import { useSignal } from "@preact/signals";
import { get, post, Problem } from "../api/client";
import type { QuarantineEntry } from "../api/contract";
import { moment, number } from "../format/numbers";
import { t, wordOf } from "../languages/language";
import { TextArea } from "../parts/fields";
import { Loaded, useFetched } from "../parts/loaded";
import { Empty, ProblemNote } from "../parts/notes";
import { Badge, Card, Page } from "../parts/page";

function Entry(props: { entry: QuarantineEntry; done: () => void }) {
  const { entry } = props;
  const reason = useSignal("");
  const sending = useSignal(false);
  const problem = useSignal<Problem | null>(null);
  const decide = async (what: "release" | "uphold") => {
    sending.value = true;
    problem.value = null;
    try {
      await post(`/api/quarantines/${entry.id}/${what}`, { reason: reason.value.trim() });
      props.done();
    } catch (error) {
      problem.value = error as Problem;
    }
    sending.value = false;
  };
  const open = entry.state === "open";
  return (
    <Card
      title={t("quarantine.named", { n: entry.id, disease: entry.disease })}
      actions={<Badge tone={open ? "caution" : entry.state === "released" ? "good" : "bad"}>{wordOf("quarantine_state", entry.state)}</Badge>}
    >
      <p lang="en" class="break">{entry.reason}</p>
      <p class="muted">{wordOf("quarantine_scope", entry.scope)} · {t("quarantine.records", { n: number(entry.records) })} · {moment(entry.opened_at)}</p>
      {entry.decision_reason && <p class="break">{entry.decision_reason}</p>}
      {open && (
        <>
          <TextArea label={t("decide.reason")} help={t("decide.reason_help")} rows={2} value={reason.value} error={problem.value?.field === "reason" ? problem.value.detail : ""} onValue={(value) => (reason.value = value)} />
          {problem.value && <ProblemNote problem={problem.value} kept="error.kept_nothing_changed" />}
          <div class="buttons">
            <button type="button" class="button" disabled={sending.value || reason.value.trim() === ""} onClick={() => void decide("release")}>{t("quarantine.release")}</button>
            <button type="button" class="button button-danger" disabled={sending.value || reason.value.trim() === ""} onClick={() => void decide("uphold")}>{t("quarantine.uphold")}</button>
          </div>
        </>
      )}
    </Card>
  );
}

export function QuarantinePage(_: { parts: Record<string, string> }) {
  const list = useFetched((stop) => get<{ quarantines: QuarantineEntry[] }>("/api/quarantines", stop), []);
  return (
    <Page title={t("nav.quarantine")} lead={t("quarantine.lead")}>
      <Loaded of={list}>
        {(data) =>
          data.quarantines.length === 0 ? (
            <Empty title={t("quarantine.empty")}><p>{t("quarantine.empty_do")}</p></Empty>
          ) : (
            <>{data.quarantines.map((entry) => <Entry key={`${entry.id} ${entry.state}`} entry={entry} done={list.again} />)}</>
          )
        }
      </Loaded>
    </Page>
  );
}
