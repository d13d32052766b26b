import type { Database } from "bun:sqlite";
import { readCells, type Sink } from "../cell-codec";
import type { LogFilter } from "../log-filter";
import { LogQueryRefused } from "../log-store";
import { levelMs, levels, type Stretch } from "../time-buckets";
import type { Dictionaries } from "./dictionaries";
import { ownerOfKind } from "./rollup-rows";
import { dimensionIds } from "./search";

/** Dictionary entries that the filters leave; undefined where they leave all. */
export type Chosen = {
  readonly principals: ReadonlySet<number> | undefined;
  readonly kinds: ReadonlySet<number> | undefined;
};

export function chooseEntries(filters: readonly LogFilter[], dictionaries: () => Dictionaries): Chosen {
  const principals = dimensionIds(filters, "principal", dictionaries);
  const kinds = dimensionIds(filters, "kind", dictionaries);
  return { principals: principals && new Set(principals), kinds: kinds && new Set(kinds) };
}

export type ReadRollups = (
  chosen: Chosen,
  stretches: readonly Stretch[],
  /** Whether `sinkOf` has to know whose a cell is. */
  byPrincipal: boolean,
  sinkOf: (atMs: number, principal: number, kind: number) => Sink,
) => void;

/** Reads the narrowest rows that can tell what is asked, and adds each chosen cell to where `sinkOf` says. */
export function createRollupReader(database: Database): ReadRollups {
  const read = createRowReader(database);
  return ({ principals, kinds }, stretches, byPrincipal, sinkOf) => {
    const isChosen = (kind: number) => kinds === undefined || kinds.has(kind);
    for (const stretch of stretches) {
      const unit = levelMs[stretch.level];
      const owners = ownersOf({ principals, kinds }, stretch, byPrincipal);
      read(stretch, owners, (bucket, owner, cells) => {
        if (owner > 0 && principals !== undefined && !principals.has(owner)) return;
        readCells(cells, (kind) => (isChosen(kind) ? sinkOf(bucket * unit, owner, kind) : undefined));
      });
    }
  };
}

/** Below this many look-ups single rows are asked for, above it whole buckets are read. */
const maxLookups = 30_000;

const maxReadMs = 5000;
const rowsBetweenLooks = 1000;

function tooLong(): LogQueryRefused {
  const told = `Cannot sum up so much: it takes longer than ${maxReadMs} ms; a shorter range, a longer interval or fewer keys are needed`;
  return new LogQueryRefused("too-long", told);
}

type Owners = "kinds" | "principals" | readonly number[];

function ownersOf({ principals, kinds }: Chosen, { from, to }: Stretch, byPrincipal: boolean): Owners {
  if (principals !== undefined) return principals.size * (to - from) <= maxLookups ? [...principals] : "principals";
  if (byPrincipal) return "principals";
  return kinds === undefined ? "kinds" : [...new Set([...kinds].map(ownerOfKind))];
}

type TakeRow = (bucket: number, owner: number, cells: Uint8Array) => void;
type Row = { readonly bucket: number; readonly owner: number; readonly cells: Uint8Array };

const buckets = `WITH RECURSIVE buckets (bucket) AS
  (SELECT ?1 WHERE ?1 < ?2 UNION ALL SELECT bucket + 1 FROM buckets WHERE bucket + 1 < ?2)`;

function createRowReader(database: Database): (stretch: Stretch, owners: Owners, take: TakeRow) => void {
  const ofKinds = database.prepare<Row, [number, number, number]>(
    `${buckets} SELECT r.bucket, owner, cells FROM buckets CROSS JOIN rollups AS r
    ON level = ?3 AND r.bucket = buckets.bucket AND owner < 0`,
  );
  const ofPrincipals = database.prepare<Row, [number, number, number]>(
    "SELECT bucket, owner, cells FROM rollups WHERE bucket >= ?1 AND bucket < ?2 AND level = ?3 AND owner > 0",
  );
  const ofSome = database.prepare<Row, [number, number, number, string]>(
    `${buckets} SELECT r.bucket, owner, cells FROM buckets CROSS JOIN json_each(?4) AS wanted CROSS JOIN rollups AS r
    ON level = ?3 AND r.bucket = buckets.bucket AND owner = wanted.value`,
  );
  return ({ level, from, to }, owners, take) => {
    const number = levels.indexOf(level);
    const rows = () => {
      if (owners === "kinds") return ofKinds.iterate(from, to, number);
      if (owners === "principals") return ofPrincipals.iterate(from, to, number);
      return ofSome.iterate(from, to, number, JSON.stringify(owners));
    };
    const deadline = performance.now() + maxReadMs;
    let left = rowsBetweenLooks;
    for (const { bucket, owner, cells } of rows()) {
      take(bucket, owner, cells);
      if (--left > 0) continue;
      left = rowsBetweenLooks;
      if (performance.now() > deadline) throw tooLong();
    }
  };
}
