// One's own assessments, and how the risk went over time.
import { useSignal } from "@preact/signals";
import { get, Problem } from "../api/client";
import type { DiseaseSummary, StoredPrediction } from "../api/contract";
import { diseaseList } from "../api/diseases";
import { Trend } from "../charts/trend";
import { moment, number, percent, shortDigest } from "../format/numbers";
import { inLanguage, t, wordOf } from "../languages/language";
import { LongTable } from "../parts/long_table";
import { Loaded, useFetched } from "../parts/loaded";
import { Empty, ProblemNote } from "../parts/notes";
import { Badge, Card, Page } from "../parts/page";
import { pathOf } from "../router";
import { CLASS_TONE } from "./result";

const LIMIT = 1000;

function fetchPage(before: string | null, stop?: AbortSignal): Promise<StoredPrediction[]> {
  const path = `/api/predictions?limit=${LIMIT}${before === null ? "" : `&before=${before}`}`;
  return get<{ predictions: StoredPrediction[] }>(path, stop).then((answer) => answer.predictions);
}

async function fetchHistory(stop: AbortSignal) {
  const [predictions, diseases] = await Promise.all([fetchPage(null, stop), diseaseList(stop)]);
  return { predictions, diseases };
}

/// The latest page, and older ones as the reader comes near them.
function usePages(first: StoredPrediction[]) {
  const rows = useSignal(first);
  const state = useSignal<"there" | "coming" | "all">(first.length < LIMIT ? "all" : "there");
  const problem = useSignal<Problem | null>(null);
  const older = () => {
    if (state.value !== "there") return;
    state.value = "coming";
    problem.value = null;
    fetchPage(rows.value.at(-1)!.prediction_id).then(
      (page) => {
        rows.value = [...rows.value, ...page];
        state.value = page.length < LIMIT ? "all" : "there";
      },
      (error: Problem) => {
        problem.value = error; // the reader says when to try again
      },
    );
  };
  const again = () => {
    state.value = "there";
    older();
  };
  return { rows: rows.value, coming: state.value === "coming" && !problem.value, all: state.value === "all", problem: problem.value, older, again };
}

function History(props: { predictions: StoredPrediction[]; diseases: DiseaseSummary[] }) {
  const pages = usePages(props.predictions);
  const nameOf = (id: string) => {
    const found = props.diseases.find((disease) => disease.id === id);
    return found ? inLanguage(found.name) : id;
  };
  const ids = [...new Set(props.predictions.map((each) => each.disease))];
  return (
    <>
      {ids.map((id) => {
        const points = props.predictions.filter((each) => each.disease === id && each.risk !== null).reverse();
        return points.length < 2 ? null : (
          <Card key={id} title={t("history.trend", { disease: nameOf(id) })} lead={t("history.trend_lead")}>
            <Trend label={nameOf(id)} points={points.map((each) => ({ at: each.made_at, risk: each.risk! }))} />
          </Card>
        );
      })}
      <Card title={t("history.all")}>
        <LongTable
          caption={t("history.all")}
          rows={pages.rows}
          onNearEnd={pages.older}
          columns={[
            { title: t("column.when"), width: "minmax(0, 2fr)", cell: (row) => moment(row.made_at) },
            { title: t("column.disease"), width: "minmax(0, 1.6fr)", cell: (row) => nameOf(row.disease) },
            { title: t("column.risk"), width: "3.2rem", number: true, cell: (row) => (row.risk === null ? t("result.not_known") : percent(row.risk)) },
            { title: t("column.class"), width: "minmax(5.8rem, 1.2fr)", cell: (row) => <Badge tone={CLASS_TONE[row.risk_class] ?? "plain"}>{wordOf("risk_class", row.risk_class)}</Badge> },
            { title: t("column.model"), width: "minmax(0, 1.4fr)", wide_only: true, cell: (row) => <code>{shortDigest(row.model_digest)}</code> },
          ]}
        />
        <p class="muted" role="status">{pages.coming ? t("history.older") : t(pages.all ? "history.count" : "history.count_so_far", { n: number(pages.rows.length) })}</p>
        {pages.problem && <ProblemNote problem={pages.problem} kept="error.kept_nothing_changed" again={pages.again} />}
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
