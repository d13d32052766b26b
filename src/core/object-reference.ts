import type { Json } from "#lib/json";

/** Something stored that a request refers to. */
export type ObjectReference = {
  /** What its ids begin with, e.g. `resp`. */
  readonly kind: string;
  readonly id: string;
  /** The top-level field that names it. */
  readonly field: string;
  /** What stands in the field for another id. */
  readonly write: (id: string) => Json;
};
