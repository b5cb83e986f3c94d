// The form of a disease, made from its file.
import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { post, Problem, session } from "../api/client";
import type { Assessment, Disease, Predictor } from "../api/contract";
import { diseaseForm } from "../api/diseases";
import { conversionsOf, inUnit } from "../format/value_check";
import { inLanguage, t, type TextKey } from "../languages/language";
import { describedBy, FieldFrame, RadioField, SelectField, TextField } from "../parts/fields";
import { Loaded, useFetched } from "../parts/loaded";
import { Note, ProblemNote } from "../parts/notes";
import { Card, Page } from "../parts/page";
import { navigate, pathOf } from "../router";
import { bodyOf, checkEntry, conversionOf, EMPTY_ENTRY, exampleOf, groupsOf, isCoded, missingIn, withUnit, type Entries, type Entry } from "./assess_form";
import { drafts, lastResult } from "./assess_state";

const RADIOS_MAX = 4;
const UNKNOWN = "?";

interface FieldProps {
  predictor: Predictor;
  entry: Entry;
  error: string;
  onEntry: (entry: Entry) => void;
}

function NumberField(props: FieldProps) {
  const { predictor, entry } = props;
  const id = useId();
  const check = checkEntry(predictor, entry);
  const units = conversionsOf(predictor);
  const conversion = conversionOf(predictor, entry);
  const usual = predictor.usual ?? [];
  const hint =
    usual.length === 2
      ? t("assess.usual", { low: inUnit(usual[0]!, conversion), high: inUnit(usual[1]!, conversion), unit: conversion.label })
      : "";
  const words = {
    label: inLanguage(predictor.label),
    help: [inLanguage(predictor.help), hint].filter(Boolean).join(" "),
    error: props.error || (check.level === "refused" ? check.sentence : ""),
    caution: check.level === "unusual" ? check.sentence : "",
    optional: predictor.may_be_missing ? "" : t("field.needed"),
  };
  return (
    <FieldFrame id={id} {...words}>
      <div class="number-row">
        <div class="number-box">
          <input
            id={id}
            type="text"
            inputMode={predictor.kind === "integer" ? "numeric" : "decimal"}
            autocomplete="off"
            disabled={entry.unknown}
            value={entry.unknown ? "" : entry.text}
            aria-required={!predictor.may_be_missing}
            aria-invalid={words.error ? "true" : undefined}
            aria-describedby={describedBy(id, words)}
            onInput={(event) => props.onEntry({ ...entry, text: event.currentTarget.value })}
          />
          {units.length > 1 ? (
            <select
              aria-label={t("assess.unit_of", { label: words.label })}
              value={conversion.unit}
              disabled={entry.unknown}
              onChange={(event) => props.onEntry(withUnit(predictor, entry, event.currentTarget.value))}
            >
              {units.map((unit) => <option key={unit.unit} value={unit.unit}>{unit.label || t("assess.no_unit")}</option>)}
            </select>
          ) : (
            conversion.label && <span class="unit">{conversion.label}</span>
          )}
        </div>
        {predictor.may_be_missing && (
          <label class="unknown">
            <input type="checkbox" checked={entry.unknown} onChange={(event) => props.onEntry({ ...entry, unknown: event.currentTarget.checked })} />
            <span>{t("assess.unknown")}</span>
          </label>
        )}
      </div>
    </FieldFrame>
  );
}

function CodeField(props: FieldProps) {
  const { predictor, entry } = props;
  const choices = (predictor.codes ?? []).map((code) => ({ value: code.word, label: inLanguage(code.label) }));
  if (predictor.may_be_missing) choices.push({ value: UNKNOWN, label: t("assess.unknown") });
  const words = {
    label: inLanguage(predictor.label),
    help: inLanguage(predictor.help),
    error: props.error,
    optional: predictor.may_be_missing ? "" : t("field.needed"),
  };
  const value = entry.unknown ? UNKNOWN : entry.text;
  const onValue = (next: string) => props.onEntry({ ...entry, unknown: next === UNKNOWN, text: next === UNKNOWN ? "" : next });
  if (choices.length <= RADIOS_MAX + 1) return <RadioField {...words} value={value} choices={choices} onValue={onValue} />;
  return <SelectField {...words} value={value} choices={[{ value: "", label: "" }, ...choices]} onValue={onValue} />;
}

const GROUP_TITLES: Record<string, TextKey> = { needed: "assess.group_needed", known: "assess.group_known", unused: "assess.group_unused" };
const GROUP_LEADS: Record<string, TextKey> = { needed: "assess.lead_needed", known: "assess.lead_known", unused: "assess.lead_unused" };

function AssessForm(props: { disease: Disease }) {
  const { disease } = props;
  const draft = drafts.value[disease.id] ?? { entries: {}, reference: "" };
  const entries: Entries = draft.entries;
  const state = useSignal<"ready" | "sending">("ready");
  const problem = useSignal<Problem | null>(null);
  const asked = useSignal(false);
  const role = session.value?.role;
  const forOthers = role === "clinician" || role === "approver";

  const keep = (next: Entries, reference = draft.reference) => {
    drafts.value = { ...drafts.value, [disease.id]: { entries: next, reference } };
  };
  const missing = missingIn(disease, entries);
  const refused = disease.predictors.filter((each) => checkEntry(each, entries[each.id] ?? EMPTY_ENTRY).level === "refused");
  const errorOf = (predictor: Predictor) => {
    if (problem.value?.field === predictor.id) return problem.value.detail.replace(`${predictor.id}: `, "");
    return asked.value && missing.includes(predictor.id) ? t("assess.is_needed") : "";
  };

  const submit = async (event: Event) => {
    event.preventDefault();
    if (state.value === "sending") return;
    asked.value = true;
    problem.value = null;
    if (missing.length > 0 || refused.length > 0) {
      window.requestAnimationFrame(() => (document.querySelector(".field-bad input, .field-bad select") as HTMLElement | null)?.focus());
      return;
    }
    state.value = "sending";
    try {
      const reference = forOthers && draft.reference !== "" ? { reference: draft.reference } : {};
      const assessment = await post<Assessment>(`/api/predict/${disease.id}`, { ...bodyOf(disease, entries), ...reference });
      lastResult.value = { assessment, reference: draft.reference };
      navigate(pathOf("result", { disease: disease.id }));
      window.scrollTo(0, 0);
    } catch (error) {
      problem.value = error as Problem;
    }
    state.value = "ready";
  };

  return (
    <form class="assess" onSubmit={(event) => void submit(event)} noValidate>
      {disease.live_version === null && <Note kind="caution" title={t("home.no_model")}><p>{t("assess.no_model")}</p></Note>}
      {forOthers && (
        <Card title={t("assess.whom")}>
          <TextField label={t("field.reference")} help={t("assess.reference_help")} optional={t("field.optional")} autocomplete="off" value={draft.reference} error={problem.value?.field === "reference" ? problem.value.detail : ""} onValue={(value) => keep(entries, value)} />
        </Card>
      )}
      {groupsOf(disease).map((group) => (
        <Card key={group.id} title={t(GROUP_TITLES[group.id]!)} lead={t(GROUP_LEADS[group.id]!)}>
          <div class="fields">
            {group.predictors.map((predictor) => {
              const field = {
                predictor,
                entry: entries[predictor.id] ?? EMPTY_ENTRY,
                error: errorOf(predictor),
                onEntry: (entry: Entry) => keep({ ...entries, [predictor.id]: entry }),
              };
              return isCoded(predictor) ? <CodeField key={predictor.id} {...field} /> : <NumberField key={predictor.id} {...field} />;
            })}
          </div>
        </Card>
      ))}
      <div class="form-end">
        {asked.value && missing.length + refused.length > 0 && (
          <Note kind="bad" title={t("assess.not_yet")}><p>{t("assess.not_yet_do", { n: missing.length + refused.length })}</p></Note>
        )}
        {problem.value && <ProblemNote problem={problem.value} kept="error.kept_form" />}
        <div class="buttons">
          <button type="submit" class="button button-large" disabled={state.value === "sending" || disease.live_version === null}>
            {state.value === "sending" ? t("assess.sending") : t("assess.do")}
          </button>
          <button type="button" class="button button-quiet" onClick={() => keep({})}>{t("assess.clear")}</button>
        </div>
      </div>
    </form>
  );
}

export function AssessPage(props: { parts: Record<string, string> }) {
  const id = props.parts.disease ?? "";
  const form = useFetched(() => diseaseForm(id), [id]);
  const disease = form.fetched.state === "there" ? form.fetched.data : null;
  const fill = () => {
    if (disease) drafts.value = { ...drafts.value, [id]: { entries: exampleOf(disease), reference: drafts.value[id]?.reference ?? "" } };
  };
  return (
    <Page
      title={disease ? inLanguage(disease.name) : t("nav.assess")}
      lead={disease ? inLanguage(disease.intended_use) : ""}
      actions={disease && <button type="button" class="button button-quiet" onClick={fill}>{t("assess.example")}</button>}
    >
      <Loaded of={form}>
        {(loaded) => (
          <>
            <details class="about">
              <summary>{t("assess.about")}</summary>
              <dl>
                <dt>{t("assess.asks")}</dt>
                <dd>{inLanguage(loaded.outcome.definition)}</dd>
                <dt>{t("assess.population")}</dt>
                <dd>{inLanguage(loaded.population)}</dd>
                <dt>{t("assess.limitations")}</dt>
                <dd>{inLanguage(loaded.limitations)}</dd>
              </dl>
            </details>
            <AssessForm disease={loaded} />
          </>
        )}
      </Loaded>
    </Page>
  );
}
