// Risks over time, by uPlot (a canvas); the same numbers stand in the table below it.
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { percent } from "../format/numbers";
import { locale, t } from "../languages/language";
import { theme } from "../settings";

const HEIGHT = 220;
const LABELS_MAX = 6;

function color(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

export function Trend(props: { label: string; points: { at: string; risk: number }[] }) {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    const day = new Intl.DateTimeFormat(locale.value, { day: "numeric", month: "short" });
    const clock = new Intl.DateTimeFormat(locale.value, { hour: "2-digit", minute: "2-digit" });
    const seconds = props.points.map((point) => Date.parse(point.at) / 1000);
    const sameDay = (seconds.at(-1) ?? 0) - (seconds[0] ?? 0) < 86_400;
    const axis = { stroke: color("--muted"), grid: { stroke: color("--line"), width: 1 }, ticks: { show: false }, font: "13px system-ui, sans-serif" };
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        legend: { show: false },
        cursor: { show: false },
        scales: { y: { range: [0, 1] } },
        axes: [
          { ...axis, space: 90, ...(seconds.length <= LABELS_MAX ? { splits: () => seconds } : {}), values: (_, ticks) => ticks.map((tick) => (sameDay ? clock : day).format(new Date(tick * 1000))) },
          { ...axis, size: 56, values: (_, ticks) => ticks.map((tick) => percent(tick, 0)) },
        ],
        series: [{}, { label: props.label, stroke: color("--accent"), width: 2, points: { size: 8, fill: color("--surface") } }],
      },
      [seconds, props.points.map((point) => point.risk)],
      element,
    );
    const resize = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    resize.observe(element);
    return () => {
      resize.disconnect();
      plot.destroy();
    };
  }, [props.points, locale.value, theme.value]);
  const last = props.points.at(-1);
  return (
    <div
      ref={frame}
      class="trend"
      role="img"
      aria-label={t("history.trend_label", { n: props.points.length, risk: percent(last?.risk ?? 0) })}
    />
  );
}
