import { openStores } from "../open-stores";
import { type ConfigBackEnd, describeConfigStore } from "./config-store.suite";
import { openSqliteConfigStore } from "./sqlite/sqlite-config-store";

const masterKey = { key: "a".repeat(64), origin: "test" };

const backEnds: readonly ConfigBackEnd[] = [
  { name: "memory", open: () => openStores("memory:").config(masterKey) },
  { name: "sqlite", open: async () => openSqliteConfigStore(":memory:", masterKey) },
];

for (const backEnd of backEnds) describeConfigStore(backEnd);
