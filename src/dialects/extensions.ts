import type { DialectId, Extensions } from "#core/completion";
import type { JsonObject } from "#lib/json";

/** What one dialect alone knows of some part of the pivot: kept under its name, given back to it alone. */
export type OwnExtensions = {
  /** What this dialect kept; an empty object for nothing. */
  readonly own: (extensions: Extensions | undefined) => JsonObject;
  /** Fields to be spread into the part; nothing for none. */
  readonly keep: (fields: JsonObject) => { readonly extensions?: Extensions };
};

export function createOwnExtensions(dialect: DialectId): OwnExtensions {
  return {
    own: (extensions) => extensions?.[dialect] ?? nothing,
    keep: (fields) => {
      for (const _ in fields) return { extensions: { [dialect]: fields } };
      return nothing;
    },
  };
}

const nothing = {};
