import type * as z from "zod";
import { ControlError } from "#core/control-error";
import { assertVersion } from "./entry-version";
import { parseInput } from "./parse-input";

/** What a route takes beside its path: its handler gets a `T`. */
export type ApiInput<T> = InputShape & { readonly read: (raw: RawInput) => T };

/** The same as data, for the OpenAPI document. */
export type InputShape = {
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** A body that takes any of the schema's fields, null taking one away. */
  readonly patch?: z.ZodType;
  /** Takes `If-Match` with the version of what is changed. */
  readonly versioned?: true;
  /** The body is taken as `application/json` alone: a form of another site cannot send that. */
  readonly onlyJson?: true;
};

/** Untrusted: a query without repeats, and parsed JSON. */
export type RawInput = {
  readonly query: { readonly [name: string]: string };
  readonly body: unknown;
  /** The header. */
  readonly ifMatch?: string;
  /** The header `Prefer` (RFC 7240). */
  readonly prefer?: string;
};

export const noInput: ApiInput<object> = {
  read: ({ query }) => {
    refuseQuery(query);
    return {};
  },
};

export function queryOf<S extends z.ZodType>(query: S): ApiInput<{ readonly query: z.output<S> }> {
  return { query, read: (raw) => ({ query: parseInput(query, raw.query, "query") }) };
}

export function bodyOf<S extends z.ZodType>(body: S): ApiInput<{ readonly body: z.output<S> }> {
  return {
    body,
    read: (raw) => {
      refuseQuery(raw.query);
      return { body: parseInput(body, raw.body, "body") };
    },
  };
}

export function jsonBodyOf<S extends z.ZodType>(body: S): ApiInput<{ readonly body: z.output<S> }> {
  return { ...bodyOf(body), onlyJson: true };
}

/** A JSON merge patch (RFC 7396) of the top level. */
export type Patch<C> = {
  readonly fields: readonly string[];
  /**
   * The result passes the schema, or is refused as `invalid`. Refused as `stale` where the caller names another version than
   * that of `shown`: what a version is of, where that is less than what is patched.
   */
  readonly applyTo: (current: object, shown?: object) => C;
};

export function patchOf<S extends z.ZodType>(patch: S): ApiInput<{ readonly patch: Patch<z.output<S>> }> {
  return {
    patch,
    versioned: true,
    read: ({ query, body, ifMatch }) => {
      refuseQuery(query);
      if (typeof body !== "object" || body === null || Array.isArray(body))
        throw new ControlError("invalid", "Cannot use the body: a JSON object is needed");
      const applyTo = (current: object, shown = current) => {
        assertVersion(ifMatch, shown);
        const merged = Object.entries({ ...current, ...body }).filter(([, value]) => value !== null);
        return parseInput(patch, Object.fromEntries(merged), "body");
      };
      return { patch: { fields: Object.keys(body), applyTo } };
    },
  };
}

type Deletion = {
  /** Throws `stale` where the caller names another version than that of what is there. */
  readonly assertUnchanged: (shown: object) => void;
  /** The caller asks for what would make it again. */
  readonly wantsRestore: boolean;
};

export const deletion: ApiInput<Deletion> = {
  versioned: true,
  read: ({ query, ifMatch, prefer = "" }) => {
    refuseQuery(query);
    return {
      assertUnchanged: (shown) => assertVersion(ifMatch, shown),
      wantsRestore: /(?:^|[,;\s])return=representation(?:$|[,;\s])/i.test(prefer),
    };
  },
};

function refuseQuery(query: RawInput["query"]): void {
  const [unknown] = Object.keys(query);
  if (unknown !== undefined) throw new ControlError("invalid", `Cannot use the query: "${unknown}" is not known here`);
}
