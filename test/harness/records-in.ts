import { join } from "node:path";
import type { RequestRecord } from "#core/record";
import type { LogFilter } from "#store/log/log-filter";
import { openSqliteLogStore } from "#store/log/sqlite/sqlite-log-store";

/** All records of requests that were let in, of a data directory, with their charges, which the API does not show. */
export function recordsIn(dataDir: string): Promise<readonly RequestRecord[]> {
  return listAll(dataDir, { on: "number", field: "refused", max: 0 });
}

/** The records that were kept of refused requests. */
export function refusalsIn(dataDir: string): Promise<readonly RequestRecord[]> {
  return listAll(dataDir, { on: "number", field: "refused", min: 1 });
}

async function listAll(dataDir: string, filter: LogFilter): Promise<readonly RequestRecord[]> {
  const store = openSqliteLogStore(join(dataDir, "logs.sqlite"));
  const records: RequestRecord[] = [];
  try {
    for (let after: string | undefined; ; ) {
      const page = await store.list({
        limit: 1000,
        order: "oldest",
        filters: [filter],
        ...(after === undefined ? {} : { after }),
      });
      records.push(...page.data);
      if (page.next === undefined) return records;
      after = page.next;
    }
  } finally {
    store.close();
  }
}
