// Values over time, by uPlot (a canvas): lines or dots, each with a band or with whiskers. The same
// numbers stand in a table beside it, for whoever cannot see a canvas.
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { locale } from "../languages/language";
import { theme } from "../settings";

const HEIGHT = 220;
const LABELS_MAX = 6;
const DAY_S = 86_400;
const BAND_OPACITY = "29"; // of 255, as two hexadecimal digits

export interface TimePoint {
  at: string;
  value: number;
  low?: number | null;
  high?: number | null;
}
export interface TimeSeries {
  name: string;
  color: "--accent" | "--champion" | "--line-strong" | "--bad";
  style: "line" | "dashes" | "dots";
  /// How `low` and `high` of the points are drawn.
  interval?: "band" | "whiskers";
  points: TimePoint[];
}

interface Props {
  label: string;
  series: TimeSeries[];
  y: [low: number, high: number] | "logarithmic";
  yText: (value: number) => string;
}

function colorOf(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/// All series on one axis of moments; null where a series says nothing.
export function aligned(series: TimeSeries[]): { seconds: number[]; columns: (number | null)[][] } {
  const moments = series.flatMap((each) => each.points.map((point) => Date.parse(point.at) / 1000));
  const seconds = [...new Set(moments)].sort((one, other) => one - other);
  const column = (points: TimePoint[], part: "value" | "low" | "high") => {
    const values = new Map(points.map((point) => [Date.parse(point.at) / 1000, point[part] ?? null]));
    return seconds.map((second) => values.get(second) ?? null);
  };
  const columns = series.map((each) => column(each.points, "value"));
  for (const each of series) {
    if (each.interval === "band") columns.push(column(each.points, "high"), column(each.points, "low"));
  }
  return { seconds, columns };
}

function lineOf(each: TimeSeries): uPlot.Series {
  const color = colorOf(each.color);
  const dots = { show: each.style !== "dashes", size: 8, fill: colorOf("--surface"), stroke: color };
  return {
    label: each.name,
    stroke: color,
    width: each.style === "dots" ? 0 : 2,
    spanGaps: true,
    ...(each.style === "dashes" ? { dash: [6, 5] } : {}),
    points: each.style === "dots" ? { ...dots, width: 2, fill: color } : dots,
  };
}

function drawWhiskers(plot: uPlot, series: TimeSeries[]): void {
  const { ctx } = plot;
  for (const each of series.filter((one) => one.interval === "whiskers")) {
    ctx.save();
    ctx.strokeStyle = colorOf(each.color);
    ctx.lineWidth = 2 * window.devicePixelRatio;
    for (const point of each.points) {
      if (point.low == null || point.high == null) continue;
      const x = plot.valToPos(Date.parse(point.at) / 1000, "x", true);
      ctx.beginPath();
      ctx.moveTo(x, plot.valToPos(point.low, "y", true));
      ctx.lineTo(x, plot.valToPos(point.high, "y", true));
      ctx.stroke();
    }
    ctx.restore();
  }
}

function optionsOf(props: Props, seconds: number[], width: number): uPlot.Options {
  const day = new Intl.DateTimeFormat(locale.value, { day: "numeric", month: "short" });
  const clock = new Intl.DateTimeFormat(locale.value, { hour: "2-digit", minute: "2-digit" });
  const sameDay = (seconds.at(-1) ?? 0) - (seconds[0] ?? 0) < DAY_S;
  const axis = { stroke: colorOf("--muted"), grid: { stroke: colorOf("--line"), width: 1 }, ticks: { show: false }, font: "13px system-ui, sans-serif" };
  const bands: uPlot.Band[] = [];
  const hidden: uPlot.Series[] = [];
  for (const each of props.series.filter((one) => one.interval === "band")) {
    const high = 1 + props.series.length + hidden.length;
    bands.push({ series: [high, high + 1], fill: `${colorOf(each.color)}${BAND_OPACITY}` });
    hidden.push({ width: 0, points: { show: false }, spanGaps: true }, { width: 0, points: { show: false }, spanGaps: true });
  }
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    scales: { y: props.y === "logarithmic" ? { distr: 3 } : { range: props.y } },
    axes: [
      { ...axis, space: 90, size: 32, ...(seconds.length <= LABELS_MAX ? { splits: () => seconds } : {}), values: (_, ticks) => ticks.map((tick) => (sameDay ? clock : day).format(new Date(tick * 1000))) },
      { ...axis, size: 56, values: (_, ticks) => ticks.map((tick) => (tick == null ? "" : props.yText(tick))) },
    ],
    series: [{}, ...props.series.map(lineOf), ...hidden],
    bands,
    hooks: { draw: [(plot) => drawWhiskers(plot, props.series)] },
  };
}

function Legend(props: { series: TimeSeries[] }) {
  const dashes = { line: undefined, dashes: "6 5", dots: "0" } as const;
  return (
    <ul class="legend">
      {props.series.map((each) => (
        <li key={each.name}>
          <svg width="28" height="10" aria-hidden="true" style={{ color: `var(${each.color})` }}>
            {each.style !== "dots" && <path d="M1 5H27" stroke="currentColor" stroke-width="2.4" stroke-dasharray={dashes[each.style]} />}
            {each.style !== "dashes" && <circle cx="14" cy="5" r="4" fill="currentColor" />}
          </svg>
          {each.name}
        </li>
      ))}
    </ul>
  );
}

export function TimePlot(props: Props) {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    const { seconds, columns } = aligned(props.series);
    const plot = new uPlot(optionsOf(props, seconds, element.clientWidth), [seconds, ...columns] as uPlot.AlignedData, element);
    const resize = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    resize.observe(element);
    return () => {
      resize.disconnect();
      plot.destroy();
    };
  }, [props.series, locale.value, theme.value]);
  return (
    <>
      <div ref={frame} class="trend" role="img" aria-label={props.label} />
      {props.series.length > 1 && <Legend series={props.series} />}
    </>
  );
}
