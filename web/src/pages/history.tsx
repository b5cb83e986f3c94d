// One's own assessments, and how the risk went over time.
import { get } from "../api/client";
import type { DiseaseSummary, StoredPrediction } from "../api/contract";
import { diseaseList } from "../api/diseases";
import { Trend } from "../charts/trend";
import { moment, percent, shortDigest } from "../format/numbers";
import { inLanguage, t, wordOf } from "../languages/language";
import { Loaded, useFetched } from "../parts/loaded";
import { Empty } from "../parts/notes";
import { Badge, Card, Page } from "../parts/page";
import { Table } from "../parts/table";
import { pathOf } from "../router";
import { CLASS_TONE } from "./result";

async function fetchHistory(stop: AbortSignal) {
  const [history, diseases] = await Promise.all([get<{ predictions: StoredPrediction[] }>("/api/predictions", stop), diseaseList(stop)]);
  return { predictions: history.predictions, diseases };
}

function History(props: { predictions: StoredPrediction[]; diseases: DiseaseSummary[] }) {
  const { predictions, diseases } = props;
  const nameOf = (id: string) => {
    const found = diseases.find((disease) => disease.id === id);
    return found ? inLanguage(found.name) : id;
  };
  const ids = [...new Set(predictions.map((each) => each.disease))];
  return (
    <>
      {ids.map((id) => {
        const points = predictions.filter((each) => each.disease === id && each.risk !== null).reverse();
        return points.length < 2 ? null : (
          <Card key={id} title={t("history.trend", { disease: nameOf(id) })} lead={t("history.trend_lead")}>
            <Trend label={nameOf(id)} points={points.map((each) => ({ at: each.made_at, risk: each.risk! }))} />
          </Card>
        );
      })}
      <Card title={t("history.all")}>
        <Table
          caption={t("history.all")}
          rows={predictions}
          keyOf={(row) => row.prediction_id}
          columns={[
            { title: t("column.when"), cell: (row) => moment(row.made_at) },
            { title: t("column.disease"), cell: (row) => nameOf(row.disease) },
            { title: t("column.risk"), number: true, cell: (row) => (row.risk === null ? t("result.not_known") : percent(row.risk)) },
            { title: t("column.class"), cell: (row) => <Badge tone={CLASS_TONE[row.risk_class] ?? "plain"}>{wordOf("risk_class", row.risk_class)}</Badge> },
            { title: t("column.model"), cell: (row) => <code>{shortDigest(row.model_digest)}</code> },
          ]}
        />
      </Card>
    </>
  );
}

export function HistoryPage() {
  const history = useFetched(fetchHistory, []);
  return (
    <Page title={t("nav.history")} lead={t("history.lead")} wide>
      <Loaded of={history}>
        {({ predictions, diseases }) =>
          predictions.length === 0 ? (
            <Empty title={t("history.empty")}>
              <p>{t("history.empty_do")}</p>
              <a class="button" href={pathOf("home")}>{t("home.assess")}</a>
            </Empty>
          ) : (
            <History predictions={predictions} diseases={diseases} />
          )
        }
      </Loaded>
    </Page>
  );
}
