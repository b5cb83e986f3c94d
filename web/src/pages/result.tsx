// A risk, what it means, why, and how far to trust it.
import type { Assessment, Disease } from "../api/contract";
import { session } from "../api/client";
import { diseaseForm } from "../api/diseases";
import { People } from "../charts/people";
import { Reasons } from "../charts/reasons";
import { RiskScale } from "../charts/risk_scale";
import { percent, shortDigest } from "../format/numbers";
import { inLanguage, t, wordOf, type TextKey } from "../languages/language";
import { Icon } from "../parts/icon";
import { Loaded, useFetched } from "../parts/loaded";
import { Empty, Note } from "../parts/notes";
import { Badge, Card, Page } from "../parts/page";
import { pathOf } from "../router";
import { lastResult } from "./assess_state";

export const CLASS_TONE: Record<string, "good" | "caution" | "bad"> = { low: "good", moderate: "caution", high: "bad" };

function isSynthetic(assessment: Assessment): boolean {
  return assessment.data.startsWith("SYNTHETIC");
}

function Verdict(props: { assessment: Assessment; disease: Disease; reference: string }) {
  const { assessment, disease } = props;
  const ill = Math.round(assessment.risk * 100);
  return (
    <Card class={`result-head risk-${assessment.risk_class}`}>
      {props.reference && <p class="muted">{t("field.reference")}: <strong>{props.reference}</strong></p>}
      <div class="result-numbers">
        <div>
          <p class="result-label">{inLanguage(disease.outcome.label)}</p>
          <p class="result-risk">{percent(assessment.risk_pct / 100)}</p>
          <Badge tone={CLASS_TONE[assessment.risk_class]}>{wordOf("risk_class", assessment.risk_class)}</Badge>
          {assessment.interval && (
            <p class="muted">
              {t("result.interval", { low: Math.round(assessment.interval.low_pct), high: Math.round(assessment.interval.high_pct) })}
            </p>
          )}
        </div>
        <People risk={assessment.risk} label={t("result.people", { n: ill })} />
      </div>
      <RiskScale risk={assessment.risk} typical={assessment.typical_risk} moderate={disease.thresholds.moderate} high={disease.thresholds.decision} />
    </Card>
  );
}

function Trust(props: { assessment: Assessment; disease: Disease }) {
  const { assessment, disease } = props;
  return (
    <Card title={t("result.trust")}>
      <dl class="facts">
        <dt>{t("result.tier")}</dt>
        <dd>
          <Badge tone={assessment.evidence_tier === "clinical" ? "good" : "caution"}>{wordOf("tier", assessment.evidence_tier)}</Badge>
          <p class="muted">{wordOf("tier_means", assessment.evidence_tier)}</p>
        </dd>
        <dt>{t("result.learnt_from")}</dt>
        <dd>{isSynthetic(assessment) ? t("result.learnt_synthetic") : inLanguage(disease.population)}</dd>
        <dt>{t("result.model")}</dt>
        <dd>
          {t("result.version", { n: assessment.model_version })} <code title={assessment.model_digest}>{shortDigest(assessment.model_digest)}</code>
        </dd>
        <dt>{t("result.id")}</dt>
        <dd><code class="break">{assessment.prediction_id}</code></dd>
      </dl>
    </Card>
  );
}

function NotThis(props: { disease: Disease }) {
  const keys: TextKey[] = ["result.not_diagnosis", "result.not_treatment", "result.not_emergency"];
  return (
    <Card title={t("result.is_not")}>
      <ul class="plain-list">
        {keys.map((key) => <li key={key}>{t(key)}</li>)}
        <li>{inLanguage(props.disease.limitations)}</li>
      </ul>
    </Card>
  );
}

function Result(props: { assessment: Assessment; disease: Disease; reference: string }) {
  const { assessment, disease } = props;
  const role = session.value?.role;
  return (
    <>
      {isSynthetic(assessment) && (
        <Note kind="caution" title={t("result.synthetic")}><p>{t("result.synthetic_means")}</p></Note>
      )}
      {assessment.forced && <Note kind="caution" title={t("result.forced")}><p>{t("result.forced_means")}</p></Note>}
      <Verdict {...props} />
      {assessment.flags.length > 0 && (
        <Note kind="caution" title={t("result.flags")}>
          <ul lang="en">{assessment.flags.map((flag) => <li key={flag.message}>{flag.message}</li>)}</ul>
        </Note>
      )}
      <div class="two-columns">
        <Card title={t("result.why")} lead={t("result.why_lead")}>
          {assessment.reasons.length > 0 ? <Reasons reasons={assessment.reasons} /> : <p>{t("result.no_reasons")}</p>}
        </Card>
        <div>
          <Card title={t("result.in_words")}><p>{assessment.assessment}</p></Card>
          <NotThis disease={disease} />
        </div>
      </div>
      <Trust assessment={assessment} disease={disease} />
      <div class="buttons no-print">
        <a class="button" href={pathOf("assess", { disease: disease.id })}>{t("result.change")}</a>
        <button type="button" class="button button-quiet" onClick={() => window.print()}><Icon name="print" /> {t("result.print")}</button>
        {role === "patient" && <a class="button button-quiet" href={pathOf("history")}>{t("nav.history")}</a>}
        {(role === "clinician" || role === "approver") && <a class="button button-quiet" href={pathOf("person", { id: assessment.prediction_id })}>{t("result.outcome")}</a>}
        {!role && <a class="button button-quiet" href={pathOf("sign_up")}>{t("result.keep")}</a>}
      </div>
    </>
  );
}

export function ResultPage(props: { parts: Record<string, string> }) {
  const id = props.parts.disease ?? "";
  const form = useFetched(() => diseaseForm(id), [id]);
  const result = lastResult.value;
  if (!result || result.assessment.disease !== id) {
    return (
      <Page title={t("result.title")}>
        <Empty title={t("result.gone")}>
          <p>{t("result.gone_do")}</p>
          <a class="button" href={pathOf("assess", { disease: id })}>{t("home.assess")}</a>
        </Empty>
      </Page>
    );
  }
  return (
    <Page title={form.fetched.state === "there" ? t("result.title_named", { disease: inLanguage(form.fetched.data.name) }) : t("result.title")} wide>
      <Loaded of={form}>{(disease) => <Result assessment={result.assessment} reference={result.reference} disease={disease} />}</Loaded>
    </Page>
  );
}
