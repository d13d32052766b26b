import { type ConfigBackEnd, describeConfigStore } from "./config-store.suite";
import { openMemoryConfigStore } from "./memory/memory-config-store";
import { openSqliteConfigStore } from "./sqlite/sqlite-config-store";

const masterKey = { key: "a".repeat(64), origin: "test" };

const backEnds: readonly ConfigBackEnd[] = [
  { name: "memory", open: openMemoryConfigStore },
  { name: "sqlite", open: () => openSqliteConfigStore(":memory:", masterKey) },
];

for (const backEnd of backEnds) describeConfigStore(backEnd);
