// Retrain Models: what of, with what it would newly learn from, and why.
import { useSignal } from "@preact/signals";
import { post, Problem } from "../api/client";
import type { AdminDisease, Job } from "../api/contract";
import { number } from "../format/numbers";
import { inLanguage, t } from "../languages/language";
import { TextArea } from "../parts/fields";
import { Icon } from "../parts/icon";
import { Note, ProblemNote } from "../parts/notes";
import { Badge, Card } from "../parts/page";
import { navigate, pathOf } from "../router";

export const REASON_LENGTH_MAX = 1000;

export function asksMore(disease: AdminDisease): boolean {
  return disease.live_version !== null && (disease.new_confirmed < disease.asks.confirmed || disease.new_positive < disease.asks.positive);
}

/// "41 new confirmed, 12 of them with the disease; the plan asks for 30 and 10".
export function newPeople(disease: AdminDisease): string {
  if (disease.live_version === null) return t("retrain.first");
  return t("retrain.new", {
    n: number(disease.new_confirmed),
    positive: number(disease.new_positive),
    asks: number(disease.asks.confirmed),
    asks_positive: number(disease.asks.positive),
  });
}

function DiseaseChoice(props: { disease: AdminDisease; chosen: boolean; onToggle: () => void }) {
  const { disease } = props;
  return (
    <label class="retrain-choice">
      <input type="checkbox" checked={props.chosen} onChange={props.onToggle} />
      <span class="retrain-words">
        <strong>{inLanguage(disease.name)}</strong>
        <span class="muted">{newPeople(disease)}</span>
        {disease.live_version !== null && <Badge tone={asksMore(disease) ? "caution" : "good"}>{t(asksMore(disease) ? "retrain.too_few" : "retrain.enough")}</Badge>}
      </span>
    </label>
  );
}

export function RetrainForm(props: { diseases: AdminDisease[] }) {
  const left = useSignal<string[]>([]);
  const reason = useSignal("");
  const state = useSignal<"ready" | "sending">("ready");
  const problem = useSignal<Problem | null>(null);
  const key = useSignal(window.crypto.randomUUID());
  const chosen = props.diseases.filter((disease) => !left.value.includes(disease.disease));
  const all = chosen.length === props.diseases.length;

  const toggle = (id: string) => {
    left.value = left.value.includes(id) ? left.value.filter((each) => each !== id) : [...left.value, id];
    key.value = window.crypto.randomUUID();
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    if (state.value === "sending") return;
    state.value = "sending";
    problem.value = null;
    try {
      const body = { ...(all ? {} : { diseases: chosen.map((disease) => disease.disease) }), ...(reason.value.trim() ? { reason: reason.value.trim() } : {}) };
      const job = await post<Job>("/api/admin/retrain", body, { "Idempotency-Key": key.value });
      navigate(pathOf("job", { id: job.id }));
    } catch (error) {
      problem.value = error as Problem;
    }
    state.value = "ready";
  };
  const running = typeof problem.value?.members.job === "string" ? problem.value.members.job.split("/").at(-1)! : null;

  return (
    <Card title={t("retrain.title")} lead={t("retrain.lead")} class="retrain">
      <form onSubmit={(event) => void submit(event)} noValidate>
        <fieldset>
          <legend class="unseen">{t("retrain.of_what")}</legend>
          <div class="retrain-choices">
            {props.diseases.map((disease) => (
              <DiseaseChoice key={disease.disease} disease={disease} chosen={!left.value.includes(disease.disease)} onToggle={() => toggle(disease.disease)} />
            ))}
          </div>
        </fieldset>
        {chosen.some(asksMore) && <Note kind="info"><p>{t("retrain.too_few_means")}</p></Note>}
        <TextArea
          label={t("retrain.reason")}
          help={t("retrain.reason_help")}
          optional={t("field.optional")}
          rows={2}
          maxLength={REASON_LENGTH_MAX}
          value={reason.value}
          error={problem.value?.field === "reason" ? problem.value.detail : ""}
          onValue={(value) => (reason.value = value)}
        />
        {problem.value && <ProblemNote problem={problem.value} kept="error.kept_live" />}
        {running && <p><a class="button button-quiet" href={pathOf("job", { id: running })}>{t("retrain.watch_running")}</a></p>}
        <button type="submit" class="button button-large" disabled={state.value === "sending" || chosen.length === 0}>
          <Icon name="retrain" /> {t("retrain.do")}
        </button>
      </form>
    </Card>
  );
}
