import type { ModelFacts } from "#core/snapshot";
import type { BillField } from "#core/usage";
import type { DialectName } from "#dialects/registry";
import type { AuthScheme } from "./auth/schemes";

/**
 * A provider is data. A look-alike of a known dialect is one file that exports one of these and a line in
 * `registry.ts`; only a provider with a wire format of its own brings a codec.
 */
export type ProviderDefinition = {
  /** Also its id in the catalog. */
  readonly id: string;
  readonly name: string;
  /** What files of other gateways call it. */
  readonly otherNames?: readonly string[];
  /** The page of its documentation that says where it is and how it is asked; absent for the demo alone. */
  readonly source?: string;
  /** May hold variables of the environment, `{NAME}` or `{NAME=usual}`: see `base-url.ts`. */
  readonly baseUrl: string;
  /** Others that may be filled from the environment, where the usual one cannot. */
  readonly otherBaseUrls?: readonly string[];
  /** Follows a base URL that is a host alone, as its makers' own tools are told it. */
  readonly rootPath?: string;
  readonly auth: AuthScheme;
  /** The environment variable that usually holds its key; absent for local servers. */
  readonly environmentVariable?: string;
  /** Other names that programs give that variable, read where the usual one is not set. */
  readonly otherVariables?: readonly string[];
  /** By name where its paths are the dialect's own. */
  readonly dialects: readonly (DialectName | DialectEntry)[];
  /** Other ones, where the base URL fits a pattern: the first that fits counts. */
  readonly dialectsAt?: readonly { readonly baseUrl: string; readonly dialects: ProviderDefinition["dialects"] }[];
  readonly headers?: { readonly [name: string]: string };
  /** Models that the catalog does not list. */
  readonly models?: readonly ModelFacts[];
  /** Where its answers say what they cost: charged in the place of the list price. */
  readonly bill?: BillField;
  /** Glob patterns of models that the catalog lists and that none of its dialects here serves: they are not listed. */
  readonly unserved?: readonly string[];
  /** A small one that most keys may use: what a key is tried with. Absent for local servers, which serve what they were given. */
  readonly trialModel?: string;
};

/** A dialect as a provider speaks it. */
export type DialectEntry = {
  readonly name: DialectName;
  /** Where its first operation is, appended to the base URL; the others are looked for beside it. */
  readonly path?: string;
  /** Where that is streamed, if at another place. */
  readonly streamPath?: string;
  /** Where single operations are, by name; `models` where its models are listed, if not beside the base URL. */
  readonly paths?: { readonly [operation: string]: string };
  /** The only ones that it has; absent means all of the dialect. */
  readonly operations?: readonly string[];
  /** Those of the dialect that it does not have: what can stand in for them does. */
  readonly lacks?: readonly string[];
  /** Glob patterns of the models it serves, with `!` before those that it does not; absent means all. */
  readonly models?: readonly string[];
};
