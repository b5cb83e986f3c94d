// A table of any length: all rows are as high as each other, and only those that can be seen are in
// the document. The screen reader is told how many there are, and which these are.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

export interface LongColumn<Row> {
  title: string;
  width?: string; // of a CSS grid's track
  number?: boolean;
  wide_only?: boolean; // left out on a narrow screen
  cell: (row: Row) => ComponentChildren;
}

interface Props<Row> {
  caption: string;
  rows: Row[];
  columns: LongColumn<Row>[];
  /// Called when the reader comes near the end.
  onNearEnd?: () => void;
}

const ROWS_AROUND = 12; // beyond what is seen, so that quick scrolling finds them there
const ROW_PX = 48; // until the first row says it
const NEAR_END_ROWS = 200;

export interface Window {
  first: number;
  after: number;
}

/// Which rows can be seen, and some around them.
export function windowOf(scrolled: number, seen: number, row: number, rows: number): Window {
  const first = Math.max(0, Math.floor(scrolled / row) - ROWS_AROUND);
  const after = Math.min(rows, Math.ceil((scrolled + seen) / row) + ROWS_AROUND);
  return { first: Math.min(first, Math.max(0, after - 1)), after };
}

const NARROW = "(max-width: 46rem)";

function useNarrow(): boolean {
  const narrow = useSignal(window.matchMedia?.(NARROW).matches ?? false);
  useEffect(() => {
    const query = window.matchMedia?.(NARROW);
    const listen = () => (narrow.value = query.matches);
    query?.addEventListener("change", listen);
    return () => query?.removeEventListener("change", listen);
  }, []);
  return narrow.value;
}

export function LongTable<Row>(props: Props<Row>) {
  const { rows } = props;
  const narrow = useNarrow();
  const columns = narrow ? props.columns.filter((column) => !column.wide_only) : props.columns;
  const frame = useRef<HTMLDivElement>(null);
  const height = useSignal(ROW_PX);
  const shown = useSignal<Window>(windowOf(0, 20 * ROW_PX, ROW_PX, rows.length));

  const look = () => {
    const element = frame.current;
    if (!element) return;
    const row = element.querySelector<HTMLElement>("[role=row].long-row")?.offsetHeight;
    if (row && row !== height.value) height.value = row;
    const next = windowOf(element.scrollTop, element.clientHeight || 20 * ROW_PX, height.value, rows.length);
    if (next.first !== shown.value.first || next.after !== shown.value.after) shown.value = next;
    if (next.after > rows.length - NEAR_END_ROWS) props.onNearEnd?.();
  };
  useEffect(look, [rows]);
  useEffect(() => {
    window.addEventListener("resize", look);
    return () => window.removeEventListener("resize", look);
  });

  const template = { gridTemplateColumns: narrow ? "minmax(0, 1fr) auto" : columns.map((column) => column.width ?? "minmax(0, 1fr)").join(" ") };
  const { first, after } = shown.value;
  return (
    <div class="long-table" role="table" aria-label={props.caption} aria-rowcount={rows.length + 1}>
      <div role="rowgroup" class="long-head">
        <div role="row" class="long-titles" aria-rowindex={1} style={template}>
          {columns.map((column) => <span key={column.title} role="columnheader" class={column.number ? "number" : undefined}>{column.title}</span>)}
        </div>
      </div>
      <div ref={frame} role="rowgroup" class="long-rows" tabIndex={0} aria-label={props.caption} onScroll={look}>
        <div role="presentation" style={{ height: `${first * height.value}px` }} />
        {/* A row that is scrolled out becomes the one that is scrolled in: its elements are used again. */}
        {rows.slice(first, after).map((row, i) => (
          <div key={(first + i) % (after - first)} role="row" class="long-row" aria-rowindex={first + i + 2} style={template}>
            {columns.map((column) => <span key={column.title} role="cell" class={column.number ? "number" : undefined}>{column.cell(row)}</span>)}
          </div>
        ))}
        <div role="presentation" style={{ height: `${Math.max(0, rows.length - after) * height.value}px` }} />
      </div>
    </div>
  );
}
