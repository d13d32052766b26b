import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LogBackEnd, OpenLog } from "./fixtures/open-log";
import { describeLogStore } from "./log-store.suite";
import { createMemoryLog } from "./memory/memory-log";
import { openSqliteLogStore } from "./sqlite/sqlite-log-store";
import { openSqliteLogWriter } from "./sqlite/sqlite-log-writer";

const backEnds: readonly LogBackEnd[] = [
  { name: "memory", open: () => ({ ...createMemoryLog(), close: () => {} }) },
  { name: "sqlite", open: () => openSqlite() },
  // Most of what the suite writes is packed then, and packs overlap: a record that ends late is packed after others.
  { name: "sqlite, small packs", open: () => openSqlite(300) },
  { name: "sqlite, tiny packs", open: () => openSqlite(8) },
];

for (const backEnd of backEnds) describeLogStore(backEnd);

function openSqlite(recordsPerPack?: number): OpenLog {
  const directory = mkdtempSync(join(tmpdir(), "headgate-log-"));
  const file = join(directory, "logs.sqlite");
  const writer = openSqliteLogWriter(file, recordsPerPack);
  const store = openSqliteLogStore(file);
  const close = () => {
    writer.close();
    store.close();
    rmSync(directory, { recursive: true });
  };
  return { store, writer, close };
}
