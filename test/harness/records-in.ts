import { join } from "node:path";
import type { RequestRecord } from "#core/record";
import { openSqliteLogStore } from "#store/log/sqlite/sqlite-log-store";

/** All records of a data directory with their charges, which the API does not show. */
export async function recordsIn(dataDir: string): Promise<readonly RequestRecord[]> {
  const store = openSqliteLogStore(join(dataDir, "logs.sqlite"));
  const records: RequestRecord[] = [];
  try {
    for (let after: string | undefined; ; ) {
      const page = await store.list({ limit: 1000, order: "oldest", ...(after === undefined ? {} : { after }) });
      records.push(...page.data);
      if (page.next === undefined) return records;
      after = page.next;
    }
  } finally {
    store.close();
  }
}
