// Assessments of which nobody has said yet how it really was; what teaches most comes first.
import { useSignal } from "@preact/signals";
import { get } from "../api/client";
import type { DiseaseSummary, Inbox, InboxRow } from "../api/contract";
import { diseaseList } from "../api/diseases";
import { day, number, percent } from "../format/numbers";
import { inLanguage, t, wordOf } from "../languages/language";
import { SelectField } from "../parts/fields";
import { Loaded, useFetched } from "../parts/loaded";
import { Empty } from "../parts/notes";
import { Badge, Card, Page } from "../parts/page";
import { Table } from "../parts/table";
import { pathOf } from "../router";
import { CLASS_TONE } from "./result";

const LIMIT = 100;

function Teaches(props: { row: InboxRow }) {
  const words = t("inbox.teaches_share", { share: percent(props.row.teaches, 0) });
  return (
    <span class="teaches">
      <svg viewBox="0 0 60 8" width="60" height="8" role="img" aria-label={words}>
        <rect class="teaches-all" width="60" height="8" rx="4" />
        <rect class="teaches-share" width={60 * props.row.teaches} height="8" rx="4" />
      </svg>
      {props.row.drawn && <Badge>{t("inbox.drawn")}</Badge>}
    </span>
  );
}

function List(props: { inbox: Inbox; diseases: DiseaseSummary[] }) {
  const nameOf = (id: string) => {
    const found = props.diseases.find((disease) => disease.id === id);
    return found ? inLanguage(found.name) : id;
  };
  const { inbox } = props;
  return (
    <Card lead={t("inbox.shown", { n: number(inbox.predictions.length), all: number(inbox.awaiting) })}>
      <p class="muted">{t("inbox.order")}</p>
      <Table
        caption={t("nav.inbox")}
        rows={inbox.predictions}
        keyOf={(row) => row.prediction_id}
        columns={[
          { title: t("field.reference"), cell: (row) => <a href={pathOf("person", { id: row.prediction_id })} class="break">{row.reference || t("inbox.without_reference")}</a> },
          { title: t("column.disease"), cell: (row) => nameOf(row.disease) },
          { title: t("column.when"), cell: (row) => day(row.made_at) },
          { title: t("column.risk"), number: true, cell: (row) => (row.risk === null ? t("result.not_known") : percent(row.risk)) },
          { title: t("column.class"), cell: (row) => <Badge tone={CLASS_TONE[row.risk_class] ?? "plain"}>{wordOf("risk_class", row.risk_class)}</Badge> },
          { title: t("inbox.state"), cell: (row) => wordOf("outcome_state", row.state) },
          { title: t("inbox.teaches"), cell: (row) => <Teaches row={row} /> },
        ]}
      />
    </Card>
  );
}

export function InboxPage(_: { parts: Record<string, string> }) {
  const disease = useSignal("");
  const diseases = useFetched(diseaseList, []);
  const inbox = useFetched((stop) => get<Inbox>(`/api/inbox?limit=${LIMIT}${disease.value ? `&disease=${disease.value}` : ""}`, stop), [disease.value]);
  const list = diseases.fetched.state === "there" ? diseases.fetched.data : [];
  return (
    <Page
      title={t("nav.inbox")}
      lead={t("inbox.lead")}
      wide
      actions={<a class="button button-quiet" href={pathOf("upload")}>{t("nav.upload")}</a>}
    >
      <div class="filter">
        <SelectField
          label={t("column.disease")}
          value={disease.value}
          choices={[{ value: "", label: t("inbox.all_diseases") }, ...list.map((each) => ({ value: each.id, label: inLanguage(each.name) }))]}
          onValue={(value) => (disease.value = value)}
        />
      </div>
      <Loaded of={inbox}>
        {(data) =>
          data.predictions.length === 0 ? (
            <Empty title={t("inbox.empty")}>
              <p>{t("inbox.empty_do")}</p>
              <a class="button" href={pathOf("home")}>{t("home.assess")}</a>
            </Empty>
          ) : (
            <List inbox={data} diseases={list} />
          )
        }
      </Loaded>
    </Page>
  );
}
