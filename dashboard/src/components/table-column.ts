import type { ReactNode } from "react";

/** One column of a `DataTable`. */
export type Column<Row> = {
  readonly id: string;
  readonly header: string;
  cell(row: Row): ReactNode;
  /** Least width in pixels. */
  readonly width: number;
  /** Takes a share of the room that is left. */
  readonly grow?: boolean;
  /** Figures are aligned at the right. */
  readonly align?: "right";
  /** The word by which the API sorts, where it can. */
  readonly sort?: string;
  /** Shown only when somebody chooses it. */
  readonly hidden?: boolean;
  /** Cannot be hidden. */
  readonly always?: boolean;
};

/** A name and a way to see each row's columns at the same places: one grid for head and rows. */
export function gridOf(columns: readonly Column<never>[]): { readonly template: string; readonly minWidth: number } {
  return {
    template: columns.map(({ width, grow }) => (grow === true ? `minmax(${width}px, 1fr)` : `${width}px`)).join(" "),
    minWidth: columns.reduce((sum, { width }) => sum + width, 0) + 32,
  };
}
