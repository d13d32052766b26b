import { expect, test } from "bun:test";
import { setImmediate } from "node:timers/promises";
import type { ConfigStore } from "./config-store";
import { answer, auditEvent, budgetEvent, key, route, session } from "./fixtures/stored-values";
import type { Repositories } from "./repositories";

type Open = () => Promise<ConfigStore>;

/** What every back end's transactions must do, to each call of each repository. */
export function describeTransactions(open: Open): void {
  describeIsolation(open);

  test("transaction() keeps all or nothing", async () => {
    const store = await open();
    await store.routes.put(route("first"));
    const seenInside: number[] = [];
    const failing = store.transaction(async () => {
      for (const call of allCalls(store)) await call();
      seenInside.push((await store.routes.list()).length);
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(seenInside).toEqual([1]);
    expect(await contentOf(store)).toEqual(await contentOf(await storeWith(open, ["first"])));
  });

  test("transaction() is part of the one around it", async () => {
    const store = await open();
    const inner = await store.transaction(async () => {
      await store.routes.put(route("b"));
      return store.transaction(async () => {
        await store.slots.put(new Map());
        return "inner";
      });
    });
    expect(inner).toBe("inner");
    expect(await store.routes.list()).toEqual([route("b")]);
  });
}

/** What a transaction's calls and those from elsewhere see of each other. */
function describeIsolation(open: Open): void {
  test("transaction() makes every call from elsewhere wait until it is over", async () => {
    const store = await open();
    const go = Promise.withResolvers<void>();
    const opened = Promise.withResolvers<void>();
    const transaction = store.transaction(async () => {
      opened.resolve();
      await go.promise;
    });
    await opened.promise;
    let over = 0;
    const calls = allCalls(store).map((call) => call().finally(() => over++));
    await setImmediate();
    expect(over).toBe(0);
    go.resolve();
    await transaction;
    await Promise.all(calls);
    expect(over).toBe(calls.length);
  });

  test("transaction() shows nothing of what was undone to calls that waited", async () => {
    const store = await open();
    const opened = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    const failing = store.transaction(async () => {
      await store.routes.put(route("a"));
      opened.resolve();
      await go.promise;
      throw new Error("no");
    });
    await opened.promise;
    const read = store.routes.list();
    const write = store.routes.put(route("other"));
    go.resolve();
    await expect(failing).rejects.toThrow("no");
    expect(await read).toEqual([]);
    await write;
    expect(await store.routes.list()).toEqual([route("other")]);
  });

  test("transaction() refuses calls that come after it is over", async () => {
    const store = await open();
    const over = Promise.withResolvers<void>();
    const late = Promise.withResolvers<unknown>();
    await store.transaction(async () => {
      void over.promise.then(() => late.resolve(store.routes.put(route("late")).catch((error: unknown) => error)));
    });
    over.resolve();
    expect(String(await late.promise)).toContain("the transaction of this call is over");
    expect(await store.routes.list()).toEqual([]);
  });
}

async function storeWith(open: Open, aliases: readonly string[]): Promise<ConfigStore> {
  const store = await open();
  for (const alias of aliases) await store.routes.put(route(alias));
  return store;
}

/** All that a store holds, as far as its calls show it. */
async function contentOf(store: ConfigStore): Promise<unknown> {
  return [
    await store.providers.list(),
    await store.routes.list(),
    await store.virtualKeys.list({ includeRevoked: true }),
    await store.fileKeys.list(),
    await store.scopes.list("team"),
    await store.slots.list(),
    await store.allowances.overrides(),
    await store.allowances.topUpSums(),
    await store.budgetEvents.list({ limit: 10 }),
    await store.settings.read(),
    await store.settings.fact("snapshot_sequence"),
    await store.logNotes.views(),
    [...(await store.logNotes.notes(["b"]))],
    await store.audit.list({ limit: 10 }),
    await store.keptAnswers.find(answer.actor, answer.key, answer.atMs),
    await store.sessions.list(),
  ];
}

type Calls = {
  readonly [R in keyof Repositories]: { readonly [M in keyof Repositories[R]]: () => Promise<unknown> };
};

/** A call of every method of every repository; in this order they leave something everywhere but in `routes`. */
function allCalls(store: ConfigStore): readonly (() => Promise<unknown>)[] {
  const calls: Calls = {
    providers: {
      list: () => store.providers.list(),
      put: () => store.providers.put("p", {}),
      putKey: () => store.providers.putKey("p", { id: "1", name: "k", value: "v", weight: 1 }),
      deleteKey: () => store.providers.deleteKey("p", "2"),
      delete: () => store.providers.delete("q"),
    },
    routes: {
      list: () => store.routes.list(),
      put: () => store.routes.put(route("r")),
      delete: () => store.routes.delete("r"),
    },
    virtualKeys: {
      list: () => store.virtualKeys.list({ includeRevoked: true }),
      find: () => store.virtualKeys.find({ id: "1" }),
      add: () => store.virtualKeys.add(key("1", "one")),
      change: () => store.virtualKeys.change("1", { name: "two" }),
      rotate: () => store.virtualKeys.rotate("1", { hash: "h-new", hint: "" }, 9),
      revoke: () => store.virtualKeys.revoke("1", 5),
    },
    fileKeys: {
      list: () => store.fileKeys.list(),
      put: () => store.fileKeys.put("ci", { hash: "h", hint: "hg-" }),
    },
    scopes: {
      list: () => store.scopes.list("team"),
      find: () => store.scopes.find("team", "t"),
      put: () => store.scopes.put("team", { name: "t" }),
      delete: () => store.scopes.delete("team", "u"),
    },
    slots: {
      list: () => store.slots.list(),
      released: () => store.slots.released(),
      find: () => store.slots.find(["1"]),
      count: () => store.slots.count(),
      put: () => store.slots.put(new Map([["1", { ref: { index: 4, tag: 7 }, createdAtMs: 5 }]])),
      delete: () => store.slots.delete(["2"]),
    },
    allowances: {
      overrides: () => store.allowances.overrides(),
      putOverride: () => store.allowances.putOverride("1", { amount: 10, untilMs: 100, createdAtMs: 1 }),
      deleteOverride: () => store.allowances.deleteOverride("2"),
      topUps: () => store.allowances.topUps("1"),
      addTopUp: () => store.allowances.addTopUp("1", { id: "t", amount: 5, createdAtMs: 1 }),
      topUpSums: () => store.allowances.topUpSums(),
    },
    budgetEvents: {
      list: () => store.budgetEvents.list({ limit: 10 }),
      add: () => store.budgetEvents.add([budgetEvent(1)]),
      deleteEnded: () => store.budgetEvents.deleteEnded(1),
    },
    settings: {
      read: () => store.settings.read(),
      write: () => store.settings.write({ retention_days: 5 }),
      fact: () => store.settings.fact("snapshot_sequence"),
      setFact: () => store.settings.setFact("snapshot_sequence", 9),
    },
    logNotes: {
      views: () => store.logNotes.views(),
      addView: () => store.logNotes.addView({ id: "1", name: "v", query: "", createdAtMs: 1 }),
      deleteView: () => store.logNotes.deleteView("2"),
      notes: () => store.logNotes.notes(["b"]),
      putNote: () => store.logNotes.putNote({ id: "b", bookmarked: true, atMs: 1 }),
      deleteNote: () => store.logNotes.deleteNote("c"),
      deleteNotesBefore: () => store.logNotes.deleteNotesBefore("a"),
      bookmarks: () => store.logNotes.bookmarks(9),
    },
    audit: {
      list: () => store.audit.list({ limit: 10 }),
      head: () => store.audit.head(),
      sealed: () => store.audit.sealed(),
      append: () => store.audit.append(auditEvent(1)),
    },
    sessions: {
      list: () => store.sessions.list(),
      find: () => store.sessions.find("hash-1"),
      add: () => store.sessions.add(session("1")),
      seen: () => store.sessions.seen("1", 9),
      delete: () => store.sessions.delete("2"),
    },
    keptAnswers: {
      find: () => store.keptAnswers.find(answer.actor, answer.key, answer.atMs),
      keep: () => store.keptAnswers.keep(answer),
    },
  };
  return Object.values<Readonly<Record<string, () => Promise<unknown>>>>(calls).flatMap((one) => Object.values(one));
}
