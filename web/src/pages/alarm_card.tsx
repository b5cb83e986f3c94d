// One alarm: what was found, since when, who looks after it; and to close it with a reason.
import { useSignal } from "@preact/signals";
import { Problem, session } from "../api/client";
import { closeAlarm, ownAlarm, type Alarm } from "../api/watch";
import { moment } from "../format/numbers";
import { t, wordOf } from "../languages/language";
import { TextArea } from "../parts/fields";
import { ProblemNote } from "../parts/notes";
import { Badge, Card } from "../parts/page";
import { pathOf } from "../router";
import { REASON_LENGTH_MAX } from "./retrain_form";

export const TIER_TONE = { act: "bad", warn: "caution", info: "plain" } as const;

function AlarmForm(props: { alarm: Alarm; done: () => void }) {
  const { alarm } = props;
  const reason = useSignal("");
  const sending = useSignal(false);
  const problem = useSignal<Problem | null>(null);
  const act = async (what: () => Promise<Alarm>) => {
    sending.value = true;
    problem.value = null;
    try {
      await what();
      props.done();
    } catch (error) {
      problem.value = error as Problem;
    }
    sending.value = false;
  };
  return (
    <>
      {problem.value && <ProblemNote problem={problem.value} kept="error.kept_alarm" />}
      {alarm.owner === null && (
        <button type="button" class="button" disabled={sending.value} onClick={() => void act(() => ownAlarm(alarm))}>{t("alarm.own")}</button>
      )}
      <details>
        <summary>{t("alarm.close")}</summary>
        <TextArea label={t("decide.reason")} help={t("alarm.close_help")} rows={2} maxLength={REASON_LENGTH_MAX} value={reason.value} error={problem.value?.field === "reason" ? problem.value.detail : ""} onValue={(value) => (reason.value = value)} />
        <button type="button" class="button button-quiet" disabled={sending.value || reason.value.trim() === ""} onClick={() => void act(() => closeAlarm(alarm, reason.value.trim()))}>{t("alarm.close_do")}</button>
      </details>
    </>
  );
}

export function AlarmCard(props: { alarm: Alarm; disease?: string; done: () => void }) {
  const { alarm } = props;
  const decides = session.value?.role === "admin" || session.value?.role === "approver";
  const facts = [
    t("result.version", { n: alarm.version }),
    t("alarm.opened", { at: moment(alarm.opened_at) }),
    alarm.closed_at === null && alarm.seen_at !== alarm.opened_at && t("alarm.seen", { at: moment(alarm.seen_at) }),
    alarm.owner === null ? alarm.closed_at === null && t("alarm.no_owner") : t("alarm.owner", { who: alarm.owner }),
  ];
  return (
    <Card class={`alarm alarm-${alarm.tier}`}>
      <div class="card-head">
        <h3>
          {props.disease && <><a href={pathOf("watch", { disease: alarm.disease })}>{props.disease}</a>: </>}
          {wordOf("alarm_kind", alarm.kind)}
        </h3>
        <Badge tone={TIER_TONE[alarm.tier] ?? "plain"}>{wordOf("alarm_tier", alarm.tier)}</Badge>
      </div>
      <p lang="en" class="break">{alarm.sentence}</p>
      <p class="muted">{facts.filter(Boolean).join(" · ")}</p>
      {alarm.closed_at !== null && (
        <p class="break">{t("alarm.closed", { at: moment(alarm.closed_at), who: alarm.closed_by ?? t("job.by_itself"), reason: alarm.closing_reason ?? "" })}</p>
      )}
      {decides && alarm.closed_at === null && <AlarmForm alarm={alarm} done={props.done} />}
    </Card>
  );
}
