import { Database } from "bun:sqlite";
import { bytesOfRecord } from "#core/fixtures/bytes-of-record";
import { createRecordSource } from "#store/log/fixtures/random-records";
import { openSqliteLogStore } from "#store/log/sqlite/sqlite-log-store";
import { openSqliteLogWriter } from "#store/log/sqlite/sqlite-log-writer";

const dayMs = 86_400_000;
/** What keys of records count up in a day, see `record-key.ts`. */
const keysPerDay = dayMs * 4096;
/** Ids of packs begin anew for each day, far enough apart for its columns and chunks. */
const packsPerDay = 1000;

/** Microseconds of processor time a record: of ingestion, and of the cubes, which are made in the background. */
export type Seeded = { readonly ingestUs: number; readonly cubeUs: number };

/**
 * Fills a log database with many records in little time: those of the first day are written as ingestion writes them, and
 * its packs, labels and roll-ups are copied to the other days with their keys moved. A copied record still says the id and
 * the time of the first day; lists and sums go by the keys.
 */
export async function seedLogs(
  file: string,
  { fromMs, days, perDay }: { readonly fromMs: number; readonly days: number; readonly perDay: number },
): Promise<Seeded> {
  const source = createRecordSource({ seed: 1, keys: 2000, models: 30, fromMs, toMs: fromMs + dayMs, count: perDay });
  const writer = openSqliteLogWriter(file);
  let cpuUs = 0;
  for (let next = 0; next < perDay; next += 1000) {
    const records = Array.from({ length: Math.min(1000, perDay - next) }, (_, step) => {
      const record = source(next + step);
      return { record, bytes: bytesOfRecord(record) };
    });
    const cpu = process.cpuUsage();
    await writer.commit({ records, positions: new Map() });
    const { user, system } = process.cpuUsage(cpu);
    cpuUs += user + system;
  }
  writer.close();
  await packAll(file, fromMs + dayMs);
  const summed = await timedSumUp(file);
  copyDays(file, fromMs, days);
  const closed = await timedSumUp(file);
  return { ingestUs: cpuUs / perDay, cubeUs: summed / perDay + closed / (days * perDay) };
}

async function timedSumUp(file: string): Promise<number> {
  const store = openSqliteLogStore(file);
  const cpu = process.cpuUsage();
  while ((await store.sumUp(4)) > 0);
  const { user, system } = process.cpuUsage(cpu);
  store.close();
  return user + system;
}

/** Retention packs what is young before it deletes: one round of nothing else. */
async function packAll(file: string, beforeMs: number): Promise<void> {
  const store = openSqliteLogStore(file);
  const database = new Database(file);
  const young = database.query<{ count: number }, []>("SELECT count(*) AS count FROM young");
  while ((young.get()?.count ?? 0) > 0) await store.purge({ what: "records", beforeMs }, 1);
  database.close();
  store.close();
}

function copyDays(file: string, fromMs: number, days: number): void {
  const database = new Database(file);
  const firstDay = fromMs / dayMs;
  const copy = database.transaction((day: number) => {
    const [ids, keys] = [day * packsPerDay, day * keysPerDay];
    database.run("INSERT INTO packs SELECT id + ?1, first + ?2, last + ?2, size, gone FROM packs WHERE id < ?3", [
      ids,
      keys,
      packsPerDay,
    ]);
    for (const [table, each] of [
      ["pack_columns", 128],
      ["pack_records", 1024],
    ] as const) {
      database.run(`INSERT INTO ${table} SELECT id + ?1, bytes FROM ${table} WHERE id < ?2`, [
        ids * each,
        packsPerDay * each,
      ]);
    }
    database.run("INSERT INTO labels SELECT day + ?1, label, key + ?2 FROM labels WHERE day = ?3", [
      day,
      keys,
      firstDay,
    ]);
    database.run(
      `INSERT INTO cubes SELECT cube, unit, at + CASE unit WHEN 0 THEN ?1 * 24 ELSE ?1 END, block, cells FROM cubes
      WHERE at BETWEEN CASE unit WHEN 0 THEN ?2 * 24 ELSE ?2 END AND CASE unit WHEN 0 THEN ?2 * 24 + 23 ELSE ?2 END`,
      [day, firstDay],
    );
    database.run("INSERT INTO rollups SELECT view, day + ?1, owner, cells FROM rollups WHERE day = ?2", [
      day,
      firstDay,
    ]);
  });
  for (let day = 1; day < days; day++) copy(day);
  database.run("UPDATE cube_state SET packed = (SELECT max(id) FROM packs)");
  database.run("PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
}
