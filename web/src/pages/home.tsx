// The first page: what this is, what it is not, and which diseases can be assessed.
import { diseaseList } from "../api/diseases";
import { session } from "../api/client";
import type { DiseaseSummary } from "../api/contract";
import { inLanguage, t } from "../languages/language";
import { Icon, type IconName } from "../parts/icon";
import { Loaded, useFetched } from "../parts/loaded";
import { Empty } from "../parts/notes";
import { Badge, Page } from "../parts/page";
import { pathOf } from "../router";

const ICONS: Record<string, IconName> = { heart: "heart", diabetes: "drop", parkinsons: "voice" };

export function iconOf(disease: string): IconName {
  return ICONS[disease] ?? "pulse";
}

function DiseaseCard(props: { disease: DiseaseSummary }) {
  const { disease } = props;
  const ready = disease.live_version !== null;
  return (
    <li class="disease-card card">
      <span class="disease-icon"><Icon name={iconOf(disease.id)} /></span>
      <h2>{inLanguage(disease.name)}</h2>
      <p class="muted">{inLanguage(disease.intended_use)}</p>
      <div class="disease-foot">
        {ready ? (
          <a class="button" href={pathOf("assess", { disease: disease.id })} aria-label={t("home.assess_named", { disease: inLanguage(disease.name) })}>
            {t("home.assess")} <Icon name="arrow" />
          </a>
        ) : (
          <Badge tone="caution">{t("home.no_model")}</Badge>
        )}
        {ready && <span class="muted">{t("home.version", { n: disease.live_version! })}</span>}
      </div>
    </li>
  );
}

export function HomePage() {
  const diseases = useFetched(diseaseList, []);
  return (
    <Page title={t("home.title")} lead={t("home.lead")} wide>
      <Loaded of={diseases}>
        {(list) =>
          list.length === 0 ? (
            <Empty title={t("home.empty")}><p>{t("home.empty_do")}</p></Empty>
          ) : (
            <ul class="disease-cards">
              {list.map((disease) => <DiseaseCard key={disease.id} disease={disease} />)}
            </ul>
          )
        }
      </Loaded>
      <ol class="promises">
        {(["home.how_1", "home.how_2", "home.how_3"] as const).map((key, i) => (
          <li key={key}>
            <span class="promise-number" aria-hidden="true">{i + 1}</span>
            <p>{t(key)}</p>
          </li>
        ))}
      </ol>
      {!session.value && (
        <p class="muted">
          {t("home.guest")} <a href={pathOf("sign_up")}>{t("sign_up.title")}</a>
        </p>
      )}
    </Page>
  );
}
