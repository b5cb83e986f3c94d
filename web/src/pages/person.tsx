// One stored assessment: what was known, what was said, how it really was; and the form to say so.
import { useSignal } from "@preact/signals";
import { get, post, Problem, session } from "../api/client";
import type { Disease, OutcomeEvent, PredictionDetail } from "../api/contract";
import { diseaseForm } from "../api/diseases";
import { conversionsOf } from "../format/value_check";
import { day, moment, percent, shortDigest } from "../format/numbers";
import { inLanguage, t, wordOf, type TextKey } from "../languages/language";
import { RadioField, SelectField, TextArea, TextField } from "../parts/fields";
import { Loaded, useFetched } from "../parts/loaded";
import { Empty, Note, ProblemNote } from "../parts/notes";
import { Badge, Card, Page } from "../parts/page";
import { CLASS_TONE } from "./result";

function valueText(disease: Disease, id: string, value: number): string {
  const predictor = disease.predictors.find((each) => each.id === id);
  const code = predictor?.codes?.find((each) => each.value === value);
  if (code) return inLanguage(code.label);
  const unit = predictor ? conversionsOf(predictor)[0]?.label : "";
  return unit ? `${value} ${unit}` : String(value);
}

function Facts(props: { prediction: PredictionDetail; disease: Disease }) {
  const { prediction, disease } = props;
  return (
    <Card title={t("person.assessment")}>
      <p class="person-risk">
        <strong>{prediction.risk === null ? t("result.not_known") : percent(prediction.risk)}</strong>{" "}
        <Badge tone={CLASS_TONE[prediction.risk_class] ?? "plain"}>{wordOf("risk_class", prediction.risk_class)}</Badge>
      </p>
      <dl class="facts">
        <dt>{t("column.when")}</dt>
        <dd>{moment(prediction.made_at)}</dd>
        {disease.predictors.filter((each) => each.id in prediction.inputs).map((each) => (
          <>
            <dt>{inLanguage(each.label)}</dt>
            <dd>{valueText(disease, each.id, prediction.inputs[each.id]!)}</dd>
          </>
        ))}
        <dt>{t("column.model")}</dt>
        <dd><code>{shortDigest(prediction.model_digest)}</code></dd>
        <dt>{t("result.id")}</dt>
        <dd><code class="break">{prediction.prediction_id}</code></dd>
      </dl>
    </Card>
  );
}

function Events(props: { events: OutcomeEvent[]; disease: Disease }) {
  const { outcome } = props.disease;
  if (props.events.length === 0) return <Card title={t("person.outcome")}><Empty title={t("person.no_outcome")}><p>{t("person.no_outcome_do")}</p></Empty></Card>;
  const standard = (id: string | null) => {
    const found = outcome.reference_standards.find((each) => each.id === id);
    return found ? inLanguage(found.label) : "";
  };
  return (
    <Card title={t("person.outcome")}>
      <ol class="timeline">
        {[...props.events].reverse().map((event, i) => (
          <li key={event.recorded_at + event.state} class={i === 0 ? "timeline-now" : undefined}>
            <p class="timeline-head">
              <strong>{inLanguage(event.value === 1 ? outcome.positive : outcome.negative)}</strong> <Badge tone={event.state === "confirmed" || event.state === "adjudicated" ? "good" : "caution"}>{wordOf("outcome_state", event.state)}</Badge>
            </p>
            <p class="muted">
              {[standard(event.reference_standard), event.source && wordOf("source", event.source), event.observed_on && t("person.observed", { day: day(event.observed_on) }), t("person.recorded", { at: moment(event.recorded_at) }), t(event.by_me ? "person.by_me" : "person.by_other")].filter(Boolean).join(" · ")}
            </p>
            {event.reason && <p class="break">{event.reason}</p>}
          </li>
        ))}
      </ol>
    </Card>
  );
}

type Saying = "confirmed" | "contested" | "adjudicated" | "retracted" | "reported";

/// What may be said next, by the state that it is in (the server decides).
function sayings(last: OutcomeEvent | undefined): Saying[] {
  if (!last || last.state === "retracted") return ["confirmed"];
  if (last.state === "reported") return ["confirmed", "contested", "retracted"];
  if (last.state === "contested") return ["adjudicated", "retracted"];
  return ["contested", "retracted"];
}

const SAYING_WORDS: Record<Saying, TextKey> = {
  confirmed: "say.confirmed",
  contested: "say.contested",
  adjudicated: "say.adjudicated",
  retracted: "say.retracted",
  reported: "say.reported",
};

function OutcomeForm(props: { prediction: PredictionDetail; disease: Disease; done: () => void }) {
  const { prediction, disease } = props;
  const last = prediction.outcomes.at(-1);
  const possible = sayings(last);
  const state = useSignal<Saying>(possible[0]!);
  const outcome = useSignal("");
  const standard = useSignal(disease.outcome.reference_standards[0]?.id ?? "");
  const observed = useSignal(new Date().toISOString().slice(0, 10));
  const evidence = useSignal("");
  const reason = useSignal("");
  const sending = useSignal(false);
  const problem = useSignal<Problem | null>(null);
  const done = useSignal(false);
  const chosen = disease.outcome.reference_standards.find((each) => each.id === standard.value);
  const errorOf = (field: string) => (problem.value?.field === field ? problem.value.detail : "");
  const needsReason = state.value !== "confirmed" || last?.state === "retracted";

  const submit = async (event: Event) => {
    event.preventDefault();
    if (sending.value) return;
    sending.value = true;
    problem.value = null;
    done.value = false;
    try {
      await post("/api/outcomes", {
        prediction_id: prediction.prediction_id,
        outcome: outcome.value,
        state: state.value,
        reference_standard: standard.value,
        ...(chosen ? { source: chosen.source } : {}),
        observed_on: observed.value,
        ...(evidence.value.trim() ? { evidence: evidence.value.trim() } : {}),
        ...(reason.value.trim() ? { reason: reason.value.trim() } : {}),
      });
      done.value = true;
      evidence.value = "";
      reason.value = "";
      props.done();
    } catch (error) {
      problem.value = error as Problem;
    }
    sending.value = false;
  };

  return (
    <Card title={t("say.title")} lead={inLanguage(disease.outcome.definition)}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        {possible.length > 1 && <RadioField label={t("say.what")} value={state.value} choices={possible.map((each) => ({ value: each, label: t(SAYING_WORDS[each]) }))} onValue={(value) => (state.value = value as Saying)} />}
        <RadioField
          label={t("say.was")}
          value={outcome.value}
          error={errorOf("outcome")}
          choices={[
            { value: "yes", label: inLanguage(disease.outcome.positive) },
            { value: "no", label: inLanguage(disease.outcome.negative) },
          ]}
          onValue={(value) => (outcome.value = value)}
        />
        <SelectField label={t("say.standard")} value={standard.value} error={errorOf("reference_standard")} choices={disease.outcome.reference_standards.map((each) => ({ value: each.id, label: inLanguage(each.label) }))} onValue={(value) => (standard.value = value)} />
        {chosen && !chosen.trains && <Note kind="info"><p>{t("say.not_trained")}</p></Note>}
        <TextField label={t("say.observed_on")} type="date" max={new Date().toISOString().slice(0, 10)} value={observed.value} error={errorOf("observed_on")} onValue={(value) => (observed.value = value)} />
        <TextArea label={t("say.evidence")} help={t("say.evidence_help")} optional={t("field.optional")} rows={2} maxLength={1000} value={evidence.value} error={errorOf("evidence")} onValue={(value) => (evidence.value = value)} />
        {needsReason && <TextArea label={t("say.reason")} rows={2} maxLength={1000} value={reason.value} error={errorOf("reason")} onValue={(value) => (reason.value = value)} />}
        {problem.value && <ProblemNote problem={problem.value} kept="error.kept_form" />}
        {done.value && <Note kind="good"><p>{t("say.done")}</p></Note>}
        <button type="submit" class="button button-large" disabled={sending.value || outcome.value === ""}>{t(SAYING_WORDS[state.value])}</button>
      </form>
    </Card>
  );
}

export function PersonPage(props: { parts: Record<string, string> }) {
  const id = props.parts.id ?? "";
  const found = useFetched(
    async (stop) => {
      const prediction = await get<PredictionDetail>(`/api/predictions/${id}`, stop);
      return { prediction, disease: await diseaseForm(prediction.disease) };
    },
    [id],
  );
  const prediction = found.fetched.state === "there" ? found.fetched.data.prediction : null;
  const says = session.value?.role === "clinician" || session.value?.role === "approver";
  return (
    <Page title={prediction?.reference || t("person.title")} lead={found.fetched.state === "there" ? inLanguage(found.fetched.data.disease.name) : ""} wide>
      <Loaded of={found}>
        {(data) => (
          <div class="two-columns two-columns-even">
            <Facts prediction={data.prediction} disease={data.disease} />
            <div>
              <Events events={data.prediction.outcomes} disease={data.disease} />
              {says && <OutcomeForm key={data.prediction.outcomes.length} prediction={data.prediction} disease={data.disease} done={found.again} />}
            </div>
          </div>
        )}
      </Loaded>
    </Page>
  );
}
