// One person's risks over time; the same numbers stand in the table below it.
import { useMemo } from "preact/hooks";
import { percent } from "../format/numbers";
import { t } from "../languages/language";
import { TimePlot, type TimeSeries } from "./time_plot";

export function Trend(props: { label: string; points: { at: string; risk: number }[] }) {
  const series = useMemo<TimeSeries[]>(
    () => [{ name: props.label, color: "--accent", style: "line", points: props.points.map((point) => ({ at: point.at, value: point.risk })) }],
    [props.points],
  );
  const last = props.points.at(-1);
  return (
    <TimePlot
      label={t("history.trend_label", { n: props.points.length, risk: percent(last?.risk ?? 0) })}
      series={series}
      y={[0, 1]}
      yText={(value) => percent(value, 0)}
    />
  );
}
