// How well the live model tells ill from well, over time: as estimated from the people alone, before
// anybody knows, and as it turned out to be, in one picture.
import { useMemo } from "preact/hooks";
import type { Watch } from "../api/watch";
import { number } from "../format/numbers";
import { t } from "../languages/language";
import { TimePlot, type TimePoint, type TimeSeries } from "./time_plot";

const LOWEST = 0.4; // an AUROC of a coin is 0.5
const TICK = 0.1;

/// The window's middle: a window is about all of its people.
function middle(from: string, to: string): string {
  return new Date((Date.parse(from) + Date.parse(to)) / 2).toISOString();
}

export function performanceSeries(watch: Watch): TimeSeries[] {
  const estimated: TimePoint[] = watch.estimated.map((each) => ({ at: middle(each.from, each.to), value: each.auroc, low: each.low, high: each.high }));
  const realised: TimePoint[] = watch.realised.flatMap((each) => (each.auroc ? [{ at: middle(each.from, each.to), ...each.auroc }] : []));
  const moments = [...estimated, ...realised].map((point) => Date.parse(point.at));
  const series: TimeSeries[] = [];
  if (estimated.length > 0) series.push({ name: t("watch.estimated"), color: "--accent", style: "line", interval: "band", points: estimated });
  if (realised.length > 0) series.push({ name: t("watch.realised"), color: "--champion", style: "dots", interval: "whiskers", points: realised });
  const floor = watch.auroc_floor;
  if (moments.length > 0 && floor !== null) {
    const ends = [Math.min(...moments), Math.max(...moments)];
    series.push({ name: t("watch.floor"), color: "--bad", style: "dashes", points: ends.map((at) => ({ at: new Date(at).toISOString(), value: floor })) });
  }
  return series;
}

export function PerformanceChart(props: { watch: Watch }) {
  const series = useMemo(() => performanceSeries(props.watch), [props.watch, t("watch.floor")]);
  const lows = series.flatMap((each) => each.points.map((point) => Math.min(point.value, point.low ?? 1)));
  const lowest = Math.max(0, Math.min(LOWEST, Math.floor(Math.min(...lows) / TICK) * TICK));
  return <TimePlot label={t("watch.performance_label", { n: props.watch.estimated.length, m: props.watch.realised.length })} series={series} y={[lowest, 1]} yText={(value) => number(value, 1)} />;
}

export function CalibrationWatchChart(props: { watch: Watch }) {
  const { calibration } = props.watch;
  const series = useMemo<TimeSeries[]>(() => {
    const line = (name: string, color: TimeSeries["color"], value: (point: (typeof calibration.points)[number]) => number): TimeSeries => ({
      name,
      color,
      style: "line",
      points: calibration.points.map((point) => ({ at: point.at, value: Math.max(value(point), 1e-3) })), // a logarithm of 0 is none
    });
    const limit = (name: string, color: TimeSeries["color"], value: number): TimeSeries => ({ ...line(name, color, () => value), style: "dashes" });
    return [
      line(t("watch.wealth"), "--accent", (point) => point.wealth),
      limit(t("watch.act_at", { n: number(calibration.act_at) }), "--bad", calibration.act_at),
      line(t("watch.detector"), "--champion", (point) => point.detector),
      limit(t("watch.investigate_at", { n: number(calibration.investigate_at) }), "--line-strong", calibration.investigate_at),
    ];
  }, [calibration, t("watch.wealth")]);
  return <TimePlot label={t("watch.calibration_label", { wealth: number(calibration.wealth, 1), highest: number(calibration.highest, 1) })} series={series} y="logarithmic" yText={(value) => number(value, value < 1 ? 2 : 0)} />;
}
