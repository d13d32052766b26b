import type { KeyboardEvent, MouseEvent } from "react";
import { classNames } from "#lib/class-names";
import type { Column } from "./table-column";

type Props<Row> = {
  readonly row: Row;
  readonly index: number;
  /** Pixels from the top of the body. */
  readonly offset: number;
  readonly columns: readonly Column<Row>[];
  readonly template: string;
  readonly isOpen: boolean;
  readonly isCurrent: boolean;
  readonly onFocus: () => void;
  readonly onOpen: ((row: Row) => void) | undefined;
};

export function TableRow<Row>({ row, index, offset, columns, template, onOpen, ...state }: Props<Row>) {
  const open = (event: MouseEvent) => {
    // A link or button in the row does its own, and text that is being selected opens nothing.
    if (isControl(event.target) || (getSelection()?.toString() ?? "") !== "") return;
    onOpen?.(row);
  };
  const openByKey = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || isControl(event.target)) return;
    event.preventDefault();
    onOpen?.(row);
  };
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={onOpen === undefined ? undefined : state.isOpen}
      data-index={index}
      tabIndex={state.isCurrent ? 0 : -1}
      onFocus={state.onFocus}
      onClick={open}
      onKeyDown={openByKey}
      className={classNames(
        "absolute inset-x-0 top-0 grid h-9 items-center border-b border-line focus-visible:-outline-offset-2",
        state.isOpen ? "bg-accent-soft" : "hover:bg-hover",
      )}
      style={{ gridTemplateColumns: template, transform: `translateY(${offset}px)` }}
    >
      {columns.map((column) => (
        <div
          key={column.id}
          role="gridcell"
          className={classNames("min-w-0 truncate px-2", column.align === "right" && "text-right")}
        >
          {column.cell(row)}
        </div>
      ))}
    </div>
  );
}

function isControl(target: EventTarget): boolean {
  return target instanceof Element && target.closest("a, button, input, [role='menuitem']") !== null;
}
