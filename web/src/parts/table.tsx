// A table that becomes a list of cards on a narrow screen: each cell knows its column's title.
import type { ComponentChildren } from "preact";

export interface Column<Row> {
  title: string;
  number?: boolean;
  cell: (row: Row) => ComponentChildren;
}

export function Table<Row>(props: { caption: string; rows: Row[]; columns: Column<Row>[]; keyOf: (row: Row) => string | number }) {
  return (
    <div class="table-frame">
      <table class="table">
        <caption class="unseen">{props.caption}</caption>
        <thead>
          <tr>
            {props.columns.map((column) => <th key={column.title} scope="col" class={column.number ? "number" : undefined}>{column.title}</th>)}
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row) => (
            <tr key={props.keyOf(row)}>
              {props.columns.map((column) => (
                <td key={column.title} data-title={column.title} class={column.number ? "number" : undefined}>{column.cell(row)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
