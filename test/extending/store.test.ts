import { expect, test } from "bun:test";
import { setImmediate } from "node:timers/promises";
import type { ConfigStore } from "#store/config/config-store";
import { describeConfigStore } from "#store/config/config-store.suite";
import { type BackEnd, openStores } from "#store/open-stores";

// A further back end is a folder that implements the repositories, and a line in `store/open-stores.ts`. This one keeps
// its data in memory and behaves as one over a wire would: every call takes a turn, and what goes in and out is a copy.

const toyBackEnd: BackEnd = (address) => ({
  ...openStores("memory:"),
  config: async (masterKey) => {
    if (address !== "//here") throw new Error(`Cannot reach the toy at ${address}`);
    return overWire(await openStores("memory:").config(masterKey));
  },
});

function overWire(store: ConfigStore): ConfigStore {
  return {
    providers: remote(store.providers),
    routes: remote(store.routes),
    virtualKeys: remote(store.virtualKeys),
    fileKeys: remote(store.fileKeys),
    scopes: remote(store.scopes),
    slots: remote(store.slots),
    allowances: remote(store.allowances),
    budgetEvents: remote(store.budgetEvents),
    settings: remote(store.settings),
    logNotes: remote(store.logNotes),
    audit: remote(store.audit),
    keptAnswers: remote(store.keptAnswers),
    sessions: remote(store.sessions),
    transaction: store.transaction,
    close: store.close,
  };
}

function remote<T extends object>(repository: T): T {
  return new Proxy(repository, {
    get: (target, name) => {
      const call: unknown = Reflect.get(target, name);
      if (typeof call !== "function") return call;
      return async (...values: readonly unknown[]) => {
        await setImmediate();
        return structuredClone(await call(...structuredClone(values)));
      };
    },
  });
}

const masterKey = { key: "a".repeat(64), origin: "test" };
const added = { toy: toyBackEnd };

describeConfigStore({ name: "toy", open: () => openStores("toy://here", added).config(masterKey) });

test("openStores() hands a further back end what follows its scheme, and names it among the known ones", async () => {
  await expect(openStores("toy://there", added).config(masterKey)).rejects.toThrow("Cannot reach the toy at //there");
  expect(() => openStores("toi:", added)).toThrow("one of sqlite, memory, toy is needed");
});
