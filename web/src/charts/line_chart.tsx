// A clinical chart: two numeric axes, lines, bands and a diagonal, drawn as SVG. What it shows is
// also said in the sentence below it, and each line is told apart by its dashes as well.
import type { ComponentChildren } from "preact";
import { percent } from "../format/numbers";

export interface Line {
  name: string;
  kind: "candidate" | "live" | "reference";
  points: [x: number, y: number][];
  band?: [x: number, low: number, high: number][];
}

interface Props {
  title: string;
  how: string;
  x: string;
  y: string;
  xRange: [number, number];
  yRange: [number, number];
  xFormat?: (value: number) => string;
  yFormat?: (value: number) => string;
  lines: Line[];
  children?: ComponentChildren;
}

const WIDTH = 420;
const HEIGHT = 330;
const LEFT = 58;
const BOTTOM = 46;
const TOP = 10;
const RIGHT = 22;
const TICKS = 5;

function ticks([low, high]: [number, number]): number[] {
  return Array.from({ length: TICKS + 1 }, (_, i) => low + ((high - low) * i) / TICKS);
}

export function LineChart(props: Props) {
  const { xRange, yRange } = props;
  const x = (value: number) => LEFT + ((value - xRange[0]) / (xRange[1] - xRange[0])) * (WIDTH - LEFT - RIGHT);
  const clampY = (value: number) => Math.min(Math.max(value, yRange[0]), yRange[1]);
  const y = (value: number) => HEIGHT - BOTTOM - ((clampY(value) - yRange[0]) / (yRange[1] - yRange[0])) * (HEIGHT - TOP - BOTTOM);
  const path = (points: [number, number][]) => points.map(([px, py], i) => `${i === 0 ? "M" : "L"}${x(px).toFixed(1)} ${y(py).toFixed(1)}`).join("");
  const area = (band: [number, number, number][]) =>
    `${path(band.map(([px, , high]) => [px, high]))}${path([...band].reverse().map(([px, low]) => [px, low])).replace("M", "L")}Z`;
  const yFormat = props.yFormat ?? ((value: number) => percent(value, 0));
  const xFormat = props.xFormat ?? ((value: number) => percent(value, 0));
  return (
    <figure class="chart">
      <h3>{props.title}</h3>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${props.title}. ${props.how}`}>
        {ticks(yRange).map((tick) => (
          <g key={`y${tick}`}>
            <line class="grid" x1={LEFT} x2={WIDTH - RIGHT} y1={y(tick)} y2={y(tick)} />
            <text class="tick-text" x={LEFT - 8} y={y(tick) + 4} text-anchor="end">{yFormat(tick)}</text>
          </g>
        ))}
        {ticks(xRange).map((tick) => (
          <text key={`x${tick}`} class="tick-text" x={x(tick)} y={HEIGHT - BOTTOM + 18} text-anchor="middle">{xFormat(tick)}</text>
        ))}
        <text class="axis-text" x={(LEFT + WIDTH - RIGHT) / 2} y={HEIGHT - 6} text-anchor="middle">{props.x}</text>
        <text class="axis-text" transform={`translate(13 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)`} text-anchor="middle">{props.y}</text>
        {props.lines.map((line) => line.band && <path key={`${line.name} band`} class={`band band-${line.kind}`} d={area(line.band)} />)}
        {props.lines.map((line) => <path key={line.name} class={`line line-${line.kind}`} d={path(line.points)} />)}
      </svg>
      <ul class="legend">
        {props.lines.map((line) => (
          <li key={line.name}>
            <svg width="28" height="8" aria-hidden="true"><path class={`line line-${line.kind}`} d="M1 4H27" /></svg>
            {line.name}
          </li>
        ))}
      </ul>
      <figcaption>{props.how}</figcaption>
      {props.children}
    </figure>
  );
}
