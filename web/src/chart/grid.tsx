import { type ReactNode, useId, useState } from "react";
import { chart as t } from "../text/chart";
import { CSVButton } from "./chart";
import css from "./grid.module.css";

/** A column of a table of figures. */
export interface Column<Row> {
  label: string;
  value: (row: Row) => string | number; // what is sorted by and written to CSV
  show?: (row: Row) => ReactNode; // where that is not what is shown
  bar?: (row: Row) => number; // from 0 to 1: drawn behind the number
  aside?: boolean; // what can be done, and no figure: neither sorted by nor in the CSV
}

interface Props<Row> {
  title: string;
  columns: Column<Row>[];
  rows: Row[];
  id: (row: Row) => string;
  by?: number; // the column that it is sorted by at first; the rows' own order otherwise
  most?: number; // rows that are shown before more are asked for
  empty?: ReactNode;
  note?: ReactNode;
  cards?: boolean; // on a phone each row is a card
}

/** A table of figures: sorted by any column, downloaded as CSV. */
export function Grid<Row>({ title, columns, rows, id, by, most = 10, empty, note, cards }: Props<Row>) {
  const name = useId();
  const [order, setOrder] = useState(by === undefined ? undefined : { by, down: true });
  const [all, setAll] = useState(false);
  const sorted = order ? sort(rows, columns[order.by], order.down) : rows;
  const figures = columns.filter(({ aside }) => !aside);
  const shown = all ? sorted : sorted.slice(0, most);
  return (
    <section className={`panel ${css.panel}`} aria-labelledby={name}>
      <div className={css.head}>
        <h2 id={name} className={css.title}>
          {title}
        </h2>
        {rows.length > 0 && (
          <CSVButton
            name={title}
            head={figures.map(({ label }) => label)}
            rows={sorted.map((row) => figures.map(({ value }) => value(row)))}
          />
        )}
      </div>
      {note && <p className={css.note}>{note}</p>}
      {rows.length === 0 ? (
        <p className={css.empty}>{empty ?? t.none}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: without it nobody can scroll by keyboard
        <section className={css.scroll} aria-label={title} tabIndex={0}>
          <table className={`${css.table} ${cards ? css.cards : ""}`}>
            <thead>
              <tr>
                {columns.map(({ label, value, aside }, i) => {
                  const sort = order?.by === i ? (order.down ? "descending" : "ascending") : undefined;
                  const text = typeof value(rows[0] as Row) === "string";
                  return (
                    <th key={label} scope="col" aria-sort={sort} data-text={text || undefined}>
                      {aside ? (
                        <span className={css.sort}>{label}</span>
                      ) : (
                        <button
                          type="button"
                          className={css.sort}
                          data-sort={sort}
                          onClick={() => setOrder({ by: i, down: order?.by === i ? !order.down : !text })}
                        >
                          {label}
                        </button>
                      )}
                    </th>
                  );
                })}
              </tr>
            </thead>
            <tbody className="numbers">
              {shown.map((row) => (
                <tr key={id(row)}>
                  {columns.map((column, i) => (
                    <Cell key={column.label} row={row} column={column} first={i === 0} />
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {sorted.length > shown.length && (
        <button type="button" className={css.more} onClick={() => setAll(true)}>
          {t.more(sorted.length - shown.length)}
        </button>
      )}
    </section>
  );
}

function Cell<Row>({ row, column, first }: { row: Row; column: Column<Row>; first: boolean }) {
  const { value, show, bar } = column;
  const content = show ? show(row) : value(row);
  const text = typeof value(row) === "string" || undefined;
  if (first)
    return (
      <th scope="row" data-text={text}>
        {content}
      </th>
    );
  return (
    <td data-text={text} data-label={column.label}>
      {bar ? (
        <span
          className={css.bar}
          style={{ "--part": `${Math.min(1, Math.max(0, bar(row))) * 100}%` } as object}
        >
          {content}
        </span>
      ) : (
        content
      )}
    </td>
  );
}

function sort<Row>(rows: Row[], column: Column<Row> | undefined, down: boolean): Row[] {
  if (!column) return rows;
  const sign = down ? -1 : 1;
  return rows.toSorted((a, b) => {
    const x = column.value(a);
    const y = column.value(b);
    return (
      sign * (typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y)))
    );
  });
}
