// The charts of a report: one model, or the new one beside the live one on the same people.
import type { GateEvidence, Measurement, ModelReport, SideBySide } from "../api/contract";
import { number, signed } from "../format/numbers";
import { t } from "../languages/language";
import { LineChart, type Line } from "./line_chart";

interface Models {
  candidate: ModelReport;
  live?: ModelReport;
}

export function metricText(measurement: Measurement | undefined): string {
  if (!measurement || !("value" in measurement)) return t("chart.undefined");
  const { value, low, high } = measurement;
  return t("chart.with_interval", { value: number(value, 3), low: number(low, 3), high: number(high, 3) });
}

/// "new 0.91 ..., live 0.88 ...": a metric of both.
function both(models: Models, metric: string): string {
  const candidate = metricText(models.candidate.everybody.metrics?.[metric]);
  if (!models.live) return candidate;
  return t("chart.both", { candidate, live: metricText(models.live.everybody.metrics?.[metric]) });
}

function linesOf(models: Models, make: (report: ModelReport) => Omit<Line, "name" | "kind">): Line[] {
  const lines: Line[] = [];
  if (models.live) lines.push({ name: t("chart.live"), kind: "live", ...make(models.live) });
  lines.push({ name: t("chart.candidate"), kind: "candidate", ...make(models.candidate) });
  return lines;
}

export function RocChart(props: Models) {
  const lines = linesOf(props, (report) => ({ points: report.curves.roc.map((point) => [point.false_positive_rate, point.sensitivity]) }));
  lines.unshift({ name: t("chart.coin"), kind: "reference", points: [[0, 0], [1, 1]] });
  return <LineChart title={t("chart.roc_title")} how={t("chart.roc_how", { auroc: both(props, "auroc") })} x={t("chart.roc_x")} y={t("chart.roc_y")} xRange={[0, 1]} yRange={[0, 1]} lines={lines} />;
}

export function CalibrationChart(props: Models) {
  const lines = linesOf(props, (report) => ({ points: report.curves.calibration.map((point) => [point.risk, point.observed]) }));
  const candidate = lines.at(-1);
  if (candidate) candidate.band = props.candidate.curves.calibration.map((point) => [point.risk, point.low, point.high]);
  lines.unshift({ name: t("chart.ideal"), kind: "reference", points: [[0, 0], [1, 1]] });
  return <LineChart title={t("chart.calibration_title")} how={t("chart.calibration_how", { slope: both(props, "calibration_slope") })} x={t("chart.calibration_x")} y={t("chart.calibration_y")} xRange={[0, 1]} yRange={[0, 1]} lines={lines} />;
}

export function DecisionChart(props: Models) {
  const { thresholds, curves } = props.candidate;
  const lines = linesOf(props, (report) => ({ points: report.curves.decision.map((point) => [point.threshold, point.net_benefit]) }));
  lines.unshift({ name: t("chart.everybody"), kind: "reference", points: curves.decision.map((point) => [point.threshold, point.treat_all]) });
  const values = lines.flatMap((line) => line.points.map(([, y]) => y));
  const top = Math.ceil(Math.max(...values, 0.1) * 20) / 20;
  const bottom = Math.max(-0.2, Math.floor(Math.min(...values, 0) * 20) / 20);
  return (
    <LineChart
      title={t("chart.decision_title")}
      how={t("chart.decision_how")}
      x={t("chart.decision_x")}
      y={t("chart.decision_y")}
      xRange={[thresholds.net_benefit_low, thresholds.net_benefit_high]}
      yRange={[bottom, top]}
      yFormat={(value) => number(value, 2)}
      lines={lines}
    />
  );
}

const CELL = 30;
const SIDE = 10;
const MARGIN = 58;
const ABOVE = 12;

/// People by the risk that both models tell them; nobody stands alone for a dot.
export function MovedChart(props: { both: SideBySide }) {
  const { moved, crossings } = props.both;
  const largest = Math.max(...moved.map((cell) => cell.cases + cell.non_cases), 1);
  const size = SIDE * CELL + MARGIN + 22;
  const how = t("chart.moved_how", {
    cases_up: crossings.cases_up,
    cases_down: crossings.cases_down,
    non_cases_up: crossings.non_cases_up,
    non_cases_down: crossings.non_cases_down,
  });
  return (
    <figure class="chart">
      <h3>{t("chart.moved_title")}</h3>
      <svg viewBox={`0 0 ${size} ${size}`} role="img" aria-label={`${t("chart.moved_title")}. ${how}`}>
        <rect class="square" x={MARGIN} y={ABOVE} width={SIDE * CELL} height={SIDE * CELL} />
        {moved.map((cell) => {
          const people = cell.cases + cell.non_cases;
          const side = Math.max(5, Math.sqrt(people / largest) * (CELL - 3));
          const x = MARGIN + cell.live * CELL + (CELL - side) / 2;
          const y = ABOVE + (SIDE - 1 - cell.candidate) * CELL + (CELL - side) / 2;
          return <rect key={`${cell.live} ${cell.candidate}`} class="cell" x={x} y={y} width={side} height={side} rx="3" />;
        })}
        <line class="line line-reference" x1={MARGIN} y1={ABOVE + SIDE * CELL} x2={MARGIN + SIDE * CELL} y2={ABOVE} />
        {[0, 50, 100].map((tick) => (
          <g key={tick}>
            <text class="tick-text" x={MARGIN + (tick / 10) * CELL} y={ABOVE + SIDE * CELL + 18} text-anchor="middle">{tick} %</text>
            <text class="tick-text" x={MARGIN - 6} y={ABOVE + 4 + (SIDE - tick / 10) * CELL} text-anchor="end">{tick} %</text>
          </g>
        ))}
        <text class="axis-text" x={MARGIN + (SIDE * CELL) / 2} y={ABOVE + SIDE * CELL + 40} text-anchor="middle">{t("chart.moved_x")}</text>
        <text class="axis-text" transform={`translate(12 ${(SIDE * CELL) / 2}) rotate(-90)`} text-anchor="middle">{t("chart.moved_y")}</text>
      </svg>
      <figcaption>{how}</figcaption>
    </figure>
  );
}

/// Of each group: is the new model worse or better for them, and how sure is that?
export function GroupsChart(props: { evidence: GateEvidence; nameOf: (id: string, label: string) => string }) {
  const groups = (props.evidence.subgroups ?? []).filter((group) => group.people.persons > 0);
  if (groups.length === 0) return null;
  const bounds = groups.flatMap((group) => (group.against_champion ? [group.against_champion.lower_95, group.against_champion.upper_95] : []));
  const reach = Math.max(0.05, ...bounds.map(Math.abs).filter((bound) => bound < 5)) * 1.08;
  const x = (value: number) => 150 + (Math.min(Math.max(value, -reach), reach) / reach) * 145;
  return (
    <figure class="chart chart-forest">
      <h3>{t("chart.groups_title")}</h3>
      <table class="forest">
        <thead>
          <tr>
            <th scope="col">{t("chart.group")}</th>
            <th scope="col" class="number">{t("chart.people")}</th>
            <th scope="col">{t("chart.better_worse")}</th>
            <th scope="col" class="number">{t("chart.difference")}</th>
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => (
            <tr key={group.id}>
              <th scope="row">{props.nameOf(group.id, group.label)}</th>
              <td class="number">{t("chart.counted", { n: group.people.persons, cases: group.people.cases })}</td>
              <td>
                <svg viewBox="0 0 300 22" aria-hidden="true" class="forest-line">
                  <line class="grid" x1="150" x2="150" y1="0" y2="22" />
                  {group.against_champion && (
                    <>
                      <line class="interval" x1={x(group.against_champion.lower_95)} x2={x(group.against_champion.upper_95)} y1="11" y2="11" />
                      <circle class="estimate" cx={x(group.against_champion.mean)} cy="11" r="5" />
                    </>
                  )}
                </svg>
              </td>
              <td class="number">
                {group.against_champion
                  ? `${signed(group.against_champion.mean, 3)} (${signed(group.against_champion.lower_95, 3)} … ${signed(group.against_champion.upper_95, 3)})`
                  : t("chart.too_few")}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <figcaption>{t("chart.groups_how")}</figcaption>
    </figure>
  );
}
