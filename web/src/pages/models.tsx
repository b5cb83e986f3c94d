import { get } from "../api/client";
import type { ModelSummary } from "../api/contract";
import { day, shortDigest } from "../format/numbers";
import { inLanguage, t } from "../languages/language";
import { Icon } from "../parts/icon";
import { Loaded, useFetched } from "../parts/loaded";
import { Empty, Note } from "../parts/notes";
import { Badge, Page } from "../parts/page";
import { pathOf } from "../router";
import { iconOf } from "./home";

function ModelCard(props: { model: ModelSummary }) {
  const { model } = props;
  const live = model.live;
  return (
    <li class="disease-card card">
      <span class="disease-icon"><Icon name={iconOf(model.disease)} /></span>
      <h2>{inLanguage(model.name)}</h2>
      {live ? (
        <p>
          {t("result.version", { n: live.number })}, {t("overview.since", { day: day(live.published_at) })}{" "}
          {live.forced && <Badge tone="bad">{t("version.forced")}</Badge>} {live.contains_withdrawn && <Badge tone="caution">{t("version.contains_withdrawn")}</Badge>}
          <br />
          <code>{shortDigest(live.model_digest)}</code>
        </p>
      ) : (
        <p class="muted">{t("home.no_model")}</p>
      )}
      {live && model.serving !== live.number && <Note kind="bad"><p>{t("models.other_serves")}</p></Note>}
      {model.waiting.map((number) => (
        <Note key={number} kind="info" title={t("models.waits")}>
          <a href={pathOf("attempt", { disease: model.disease, number })}>{t("models.read_attempt", { n: number })}</a>
        </Note>
      ))}
      <div class="disease-foot">
        <a class="button button-quiet" href={pathOf("model", { disease: model.disease })} aria-label={`${t("models.open")}: ${inLanguage(model.name)}`}>{t("models.open")} <Icon name="arrow" /></a>
      </div>
    </li>
  );
}

export function ModelsPage(_: { parts: Record<string, string> }) {
  const models = useFetched((stop) => get<{ models: ModelSummary[] }>("/api/models", stop), []);
  return (
    <Page title={t("nav.models")} lead={t("models.lead")} wide actions={<a class="button button-quiet" href={pathOf("performance")}>{t("performance.title")}</a>}>
      <Loaded of={models}>
        {(data) =>
          data.models.length === 0 ? (
            <Empty title={t("home.empty")}><p>{t("home.empty_do")}</p></Empty>
          ) : (
            <ul class="disease-cards">{data.models.map((model) => <ModelCard key={model.disease} model={model} />)}</ul>
          )
        }
      </Loaded>
    </Page>
  );
}
