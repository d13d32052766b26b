import { type KeyboardEvent, type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { useShortcut } from "#lib/shortcuts";
import type { Column } from "./table-column";
import type { TableProps } from "./table-props";
import { TableRow } from "./table-row";
import { useRowWindow } from "./use-row-window";

type Props<Row> = TableProps<Row> & {
  readonly columns: readonly Column<Row>[];
  readonly template: string;
  readonly scroller: HTMLDivElement | null;
};

/** The rows that are in sight; asks for more before the last of them is. */
export function TableBody<Row extends object>(props: Props<Row>) {
  const { rows, rowKey, source, onOpen, openKey, scroller, short = false } = props;
  const body = useRef<HTMLDivElement>(null);
  // The same while one scrolls: with another all rows are measured anew.
  const keyOf = useCallback(
    (index: number) => (rows[index] === undefined ? index : rowKey(rows[index])),
    [rows, rowKey],
  );
  const { rows: items, height, reveal } = useRowWindow({ count: rows.length, keyOf, scroller, short });
  useNextPage(source, items.at(-1)?.index ?? 0, rows.length);
  const [current, setCurrent] = useState(0);
  const place = Math.min(current, rows.length - 1);
  const moveTo = (index: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, index));
    setCurrent(next);
    reveal(next);
    requestAnimationFrame(() => body.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus());
  };
  useShortcut("j", "Next row", openKey === undefined ? () => moveTo(isInside(body) ? place + 1 : place) : undefined);
  useShortcut(
    "k",
    "Previous row",
    openKey === undefined ? () => moveTo(isInside(body) ? place - 1 : place) : undefined,
  );
  const onKeyDown = (event: KeyboardEvent) => {
    const target = movedBy(event.key, place, rows.length);
    if (target === undefined) return;
    event.preventDefault();
    moveTo(target);
  };
  return (
    <div ref={body} role="rowgroup" onKeyDown={onKeyDown} className="relative" style={{ height }}>
      {items.map(({ index, top, key }) => {
        const row = rows[index];
        if (row === undefined) return null;
        return (
          <TableRow
            key={key}
            row={row}
            index={index}
            offset={top}
            columns={props.columns}
            template={props.template}
            isOpen={openKey === rowKey(row)}
            isCurrent={index === place}
            onFocus={() => setCurrent(index)}
            onOpen={onOpen}
          />
        );
      })}
    </div>
  );
}

function useNextPage(source: TableProps<never>["source"], last: number, count: number) {
  const { hasNextPage = false, isFetchingNextPage = false, fetchNextPage, error } = source;
  const wanted = hasNextPage && !isFetchingNextPage && error === null && last >= count - 20;
  useEffect(() => {
    if (wanted) fetchNextPage?.();
  }, [wanted, fetchNextPage]);
}

function isInside(body: RefObject<HTMLElement | null>): boolean {
  return body.current?.contains(document.activeElement) ?? false;
}

function movedBy(key: string, place: number, count: number): number | undefined {
  switch (key) {
    case "ArrowDown":
      return place + 1;
    case "ArrowUp":
      return place - 1;
    case "PageDown":
      return place + 15;
    case "PageUp":
      return place - 15;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return undefined;
  }
}
