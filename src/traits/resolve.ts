import type { Draft } from "#lib/draft";
import { compileGlob, matchesAny } from "#lib/glob";
import type { TraitRow } from "./row";
import { dialectRows } from "./rows/dialects";
import { targetRows } from "./table";
import type { Traits } from "./vocabulary";

/** Of which target the traits are asked for. */
export type TraitTarget = {
  /** The provider's id; of one that answers at a host that is known, the id of that. */
  readonly provider: string;
  readonly dialect: string;
  /** The model's name at the provider. */
  readonly model: string;
  /** Whether the catalog says that the model does not reason: then nothing is translated into a wish that it should. */
  readonly neverReasons?: boolean;
  /** What the operator says of the target: later ones win, and all of them over the table. */
  readonly overrides?: readonly Traits[];
};

/** Whether a request comes from a client of another dialect, or of the target's own. */
export type Way = "translated" | "passed";

/** What is known of a target for requests that come this way. Walks the whole table: to be asked once for a target. */
export function traitsOf(target: TraitTarget, way: Way): Traits {
  const found: Draft<Traits> = {};
  addRows(found, ofDialects, target, way);
  if (target.neverReasons === true && way === "translated") Object.assign(found, { reasoning: [], efforts: [] });
  addRows(found, ofTargets, target, way);
  return Object.assign(found, ...(target.overrides ?? []));
}

function addRows(found: Draft<Traits>, rows: readonly CompiledRow[], target: TraitTarget, way: Way): void {
  const name = target.model.toLowerCase();
  const lastPart = name.slice(name.lastIndexOf("/") + 1);
  for (const { row, providers, dialects, fits } of rows) {
    if (row.way !== undefined && row.way !== way) continue;
    if (dialects?.includes(target.dialect) === false) continue;
    if (providers?.includes(target.provider) === false) continue;
    if (fits(name) || fits(lastPart)) Object.assign(found, row.traits);
  }
}

type CompiledRow = {
  readonly row: TraitRow;
  readonly providers: readonly string[] | undefined;
  readonly dialects: readonly string[] | undefined;
  readonly fits: (model: string) => boolean;
};

const ofDialects = dialectRows.map(compileRow);
const ofTargets = targetRows.map(compileRow);

function compileRow(row: TraitRow): CompiledRow {
  const { dialect, provider, model = "*" } = row;
  const patterns = listOf(model).map(compileGlob);
  const providers = provider === undefined ? undefined : listOf(provider);
  const dialects = dialect === undefined ? undefined : listOf(dialect);
  return { row, providers, dialects, fits: (name) => matchesAny(patterns, name) };
}

function listOf(value: string | readonly string[]): readonly string[] {
  return typeof value === "string" ? [value] : value;
}
