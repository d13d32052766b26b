import type { Database } from "bun:sqlite";
import type { Correction } from "../log-store";
import { createDictionaryWriter } from "./dictionaries";
import type { FindRecord } from "./find-record";
import { createRollupWriter } from "./rollup-rows";

type Row = {
  readonly at_ms: number;
  readonly old_cost: number | null;
  readonly old_price_version: string | null;
  readonly new_cost: number;
  readonly new_price_version: string;
};

export function createCorrectionReader(database: Database): (id: string, key: number) => Correction | undefined {
  const find = database.prepare<Row, [number]>("SELECT * FROM corrections WHERE key = ?");
  return (id, key) => {
    const row = find.get(key);
    if (row === null) return undefined;
    return {
      id,
      atMs: row.at_ms,
      ...(row.old_cost !== null && { oldCost: row.old_cost }),
      ...(row.old_price_version !== null && { oldPriceVersion: row.old_price_version }),
      newCost: row.new_cost,
      newPriceVersion: row.new_price_version,
    };
  };
}

/** Writes corrections, and into the roll-ups by how much each changes what has been said of its record so far. */
export function createCorrectionWriter(
  database: Database,
  findRecord: FindRecord,
): (corrections: readonly Correction[]) => void {
  const read = createCorrectionReader(database);
  const replace = database.prepare("INSERT OR REPLACE INTO corrections VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  const dictionaries = createDictionaryWriter(database);
  const rollups = createRollupWriter(database);
  const transaction = database.transaction((corrections: readonly Correction[]) => {
    for (const correction of corrections) {
      const { id, atMs, oldCost, oldPriceVersion, newCost, newPriceVersion } = correction;
      const found = findRecord(id);
      if (found === undefined) continue;
      const { key, record } = found;
      const [principal, requestClass] = [dictionaries.principal(record), dictionaries.requestClass(record)];
      const before = read(id, key)?.newCost ?? oldCost ?? 0;
      replace.run(
        key,
        principal,
        requestClass,
        atMs,
        oldCost ?? null,
        oldPriceVersion ?? null,
        newCost,
        newPriceVersion,
      );
      rollups.addCorrection(key, principal, requestClass, newCost - before);
    }
    rollups.flush();
  }).immediate;
  return (corrections) => {
    try {
      transaction(corrections);
    } catch (error) {
      dictionaries.forget();
      rollups.forget();
      throw error;
    }
  };
}
