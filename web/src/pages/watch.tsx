// What is watched of the live model of one disease: performance before and after outcomes are known,
// the people it meets, whether its risks still mean what they say, and who gets confirmed.
import { useMemo } from "preact/hooks";
import type { Disease } from "../api/contract";
import { diseaseForm } from "../api/diseases";
import { watchOf, type Interval, type Watch } from "../api/watch";
import { DriftBars } from "../charts/drift_bars";
import { LineChart } from "../charts/line_chart";
import { CalibrationWatchChart, PerformanceChart } from "../charts/performance_chart";
import { day, moment, number, percent } from "../format/numbers";
import { inLanguage, t, wordOf } from "../languages/language";
import { Loaded, useFetched } from "../parts/loaded";
import { Empty, Note } from "../parts/notes";
import { Badge, Card, Page } from "../parts/page";
import { Table } from "../parts/table";
import { pathOf } from "../router";
import { AlarmCard } from "./alarm_card";

const DECIMALS = 2;

function intervalText(interval: Interval | null): string {
  if (!interval) return t("chart.undefined");
  return t("chart.with_interval", { value: number(interval.value, DECIMALS), low: number(interval.low, DECIMALS), high: number(interval.high, DECIMALS) });
}

const span = (each: { from: string; to: string }) => `${day(each.from)} – ${day(each.to)}`;

function windowText(window: NonNullable<Watch["window"]>): string {
  const counts = { n: number(window.people), of: number(window.people_wanted), days: number(window.days_max) };
  return window.from === null ? t("watch.window_empty", counts) : t("watch.window", { ...counts, day: day(window.from) });
}

function PerformanceCard(props: { watch: Watch }) {
  const { watch } = props;
  const nothing = watch.estimated.length === 0 && watch.realised.length === 0;
  return (
    <Card title={t("watch.performance")} lead={t("watch.performance_lead")}>
      {nothing ? <Empty title={t("watch.nothing_yet")}><p>{t("watch.nothing_yet_do")}</p></Empty> : <PerformanceChart watch={watch} />}
      {watch.window && <p class="muted">{windowText(watch.window)}</p>}
      {watch.realised_total && (
        <p>{t("watch.total", { n: number(watch.realised_total.people), cases: number(watch.realised_total.cases), auroc: intervalText(watch.realised_total.auroc), ratio: intervalText(watch.realised_total.observed_to_expected) })}</p>
      )}
      {!nothing && (
        <details>
          <summary>{t("watch.numbers")}</summary>
          <Table
            caption={t("watch.estimated")}
            rows={[...watch.estimated].reverse()}
            keyOf={(row) => `estimated ${row.from}`}
            columns={[
              { title: t("watch.estimated"), cell: span },
              { title: t("watch.people"), number: true, cell: (row) => number(row.people) },
              { title: t("watch.auroc"), number: true, cell: (row) => number(row.auroc, DECIMALS) },
              { title: t("watch.chance"), number: true, cell: (row) => (row.low === null || row.high === null ? t("chart.undefined") : `${number(row.low, DECIMALS)} – ${number(row.high, DECIMALS)}`) },
              { title: t("attempt.result"), cell: (row) => <Badge tone={row.outside ? "caution" : "plain"}>{t(row.outside ? "watch.outside" : "watch.inside")}</Badge> },
            ]}
          />
          <Table
            caption={t("watch.realised")}
            rows={[...watch.realised].reverse()}
            keyOf={(row) => `realised ${row.from}`}
            columns={[
              { title: t("watch.realised"), cell: span },
              { title: t("chart.people"), number: true, cell: (row) => t("chart.counted", { n: number(row.people), cases: number(row.cases) }) },
              { title: t("watch.auroc"), number: true, cell: (row) => intervalText(row.auroc) },
              { title: t("watch.ratio"), number: true, cell: (row) => intervalText(row.observed_to_expected) },
            ]}
          />
        </details>
      )}
    </Card>
  );
}

function DriftCard(props: { watch: Watch }) {
  const window = props.watch.drift[0];
  return (
    <Card title={t("drift.title")} lead={t("drift.lead")}>
      {!window ? (
        <Empty title={t("drift.none")}><p>{t("watch.nothing_yet_do")}</p></Empty>
      ) : (
        <>
          <p class="muted">{t("drift.window", { span: span(window), n: number(window.people), guests: number(window.guests) })}</p>
          <DriftBars inputs={window.inputs} />
          {window.risk && (
            <p>
              {t("drift.risk", { index: number(window.risk.index, DECIMALS), limit: number(window.risk.limit, DECIMALS) })} <Badge tone={window.risk.shifted ? "caution" : "plain"}>{t(window.risk.shifted ? "drift.shifted" : "drift.as_before")}</Badge>
            </p>
          )}
        </>
      )}
    </Card>
  );
}

function CalibrationCard(props: { watch: Watch }) {
  const { calibration } = props.watch;
  return (
    <Card title={t("watch.calibration")} lead={t("watch.calibration_lead")}>
      {calibration.points.length === 0 ? <Empty title={t("watch.nobody_confirmed")}><p>{t("watch.confirm_do")}</p></Empty> : <CalibrationWatchChart watch={props.watch} />}
      <p class="muted">{t("watch.calibration_means", { n: number(calibration.people), wealth: number(calibration.wealth, 1), act: number(calibration.act_at) })}</p>
    </Card>
  );
}

function ConfirmationCard(props: { watch: Watch }) {
  const { confirmation } = props.watch;
  const lines = useMemo(
    () => [
      {
        name: t("watch.confirmed_share"),
        kind: "candidate" as const,
        points: confirmation.curve.map((point): [number, number] => [point.days, point.share_pct / 100]),
        band: confirmation.curve.map((point): [number, number, number] => [point.days, point.low_pct / 100, point.high_pct / 100]),
      },
    ],
    [confirmation, t("watch.confirmed_share")],
  );
  const last = confirmation.curve.at(-1);
  return (
    <Card title={t("watch.confirmation")} lead={t("watch.confirmation_lead")}>
      {!last || last.days === 0 ? (
        <Empty title={t("watch.nobody_confirmed")}><p>{t("watch.confirm_do")}</p></Empty>
      ) : (
        <div class="charts">
          <LineChart title={t("watch.confirmed_share")} how={t("watch.confirmed_how", { share: percent(last.share_pct / 100, 0), days: number(last.days) })} x={t("watch.days")} y={t("watch.confirmed_share")} xRange={[0, last.days]} yRange={[0, 1]} xFormat={(value) => number(value)} lines={lines} />
          <div>
            <Table
              caption={t("watch.by_class")}
              rows={confirmation.by_class}
              keyOf={(row) => row.class}
              columns={[
                { title: t("column.class"), cell: (row) => wordOf("watch_class", row.class) },
                { title: t("overview.predictions"), number: true, cell: (row) => number(row.predictions) },
                { title: t("overview.confirmed"), number: true, cell: (row) => (row.share_pct === null ? number(row.confirmed) : t("chart.counted", { n: number(row.confirmed), cases: percent(row.share_pct / 100, 0) })) },
              ]}
            />
            {confirmation.differs && <Note kind="caution" title={t("watch.differs")}><p>{t("watch.differs_means")}</p></Note>}
          </div>
        </div>
      )}
    </Card>
  );
}

function Facts(props: { watch: Watch }) {
  const { watch } = props;
  return (
    <Card title={t("watch.about")}>
      {watch.note && <Note kind="info"><p lang="en">{watch.note}</p></Note>}
      <dl class="facts">
        <dt>{t("result.model")}</dt>
        <dd>{watch.version === null ? t("overview.none_live") : t("result.version", { n: watch.version })} {watch.live_since && t("overview.since", { day: day(watch.live_since) })}</dd>
        <dt>{t("watch.judged")}</dt>
        <dd>{watch.judged_at ? moment(watch.judged_at) : t("watch.not_judged")}</dd>
        <dt>{t("watch.reference")}</dt>
        <dd>{watch.reference ? t("watch.reference_people", { n: number(watch.reference.people) }) : t("chart.undefined")}</dd>
        <dt>{t("watch.return")}</dt>
        <dd><Badge>{wordOf("return_state", watch.return.state)}</Badge> <p lang="en">{watch.return.sentence}</p></dd>
      </dl>
    </Card>
  );
}

function Watched(props: { watch: Watch; done: () => void }) {
  const { watch } = props;
  return (
    <>
      {watch.alarms.map((alarm) => <AlarmCard key={alarm.id} alarm={alarm} done={props.done} />)}
      {watch.alarms.length === 0 && watch.judged_at !== null && <Note kind="good"><p>{t("alarms.none")}</p></Note>}
      <PerformanceCard watch={watch} />
      <DriftCard watch={watch} />
      <CalibrationCard watch={watch} />
      <ConfirmationCard watch={watch} />
      <Facts watch={watch} />
    </>
  );
}

export function WatchPage(props: { parts: Record<string, string> }) {
  const { disease = "" } = props.parts;
  const found = useFetched(
    async (stop): Promise<{ form: Disease; watch: Watch }> => {
      const [form, watch] = await Promise.all([diseaseForm(disease), watchOf(disease, stop)]);
      return { form, watch };
    },
    [disease],
  );
  const name = found.fetched.state === "there" ? inLanguage(found.fetched.data.form.name) : disease;
  return (
    <Page title={t("watch.title", { disease: name })} lead={t("watch.lead")} wide actions={<a class="button button-quiet" href={pathOf("performance")}>{t("performance.all")}</a>}>
      <Loaded of={found}>{({ watch }) => <Watched watch={watch} done={found.again} />}</Loaded>
    </Page>
  );
}
