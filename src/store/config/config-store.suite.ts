import { afterEach, describe, expect, test } from "bun:test";
import { verifyAuditChain } from "./audit-chain";
import type { ConfigStore } from "./config-store";
import { answer, auditEvent, budgetEvent, key, route, session } from "./fixtures/stored-values";
import { keptForMs } from "./kept-answer";
import { describeTransactions } from "./transactions.suite";

export type ConfigBackEnd = {
  readonly name: string;
  /** Opens a store that is empty. */
  readonly open: () => Promise<ConfigStore>;
};

/** What every back end of the configuration must do. */
export function describeConfigStore({ name, open }: ConfigBackEnd): void {
  const opened: ConfigStore[] = [];
  const openOne = async () => {
    const store = await open();
    opened.push(store);
    return store;
  };
  describe(`config store: ${name}`, () => {
    afterEach(() => {
      for (const store of opened.splice(0)) store.close();
    });
    describeProviders(openOne);
    describeVirtualKeys(openOne);
    describeKeyChanges(openOne);
    describeScopes(openOne);
    describeLimits(openOne);
    describeSingleValues(openOne);
    describeLogNotes(openOne);
    describeAudit(openOne);
    describeSessions(openOne);
    describeTransactions(openOne);
  });
}

type Open = () => Promise<ConfigStore>;

function describeProviders(open: Open): void {
  test("providers.list() gives back what was put, in the order it was added", async () => {
    const { providers } = await open();
    await providers.put("mine", { headers: { "x-token": "t" } });
    await providers.put("other", {});
    const main = { id: "1", name: "main", value: "secret", weight: 2, models: ["a*"] };
    const spare = { id: "2", name: "spare", value: "other", weight: 1 };
    for (const one of [main, spare, { ...main, weight: 3 }]) await providers.putKey("mine", one);
    expect(await providers.list()).toEqual([
      { id: "mine", config: { headers: { "x-token": "t" } }, keys: [{ ...main, weight: 3 }, spare] },
      { id: "other", config: {}, keys: [] },
    ]);
    expect(await providers.deleteKey("mine", "1")).toBe(true);
    expect(await providers.deleteKey("other", "2")).toBe(false);
    expect((await providers.list())[0]?.keys).toEqual([spare]);
  });

  test("providers.put() keeps a provider's keys and place, delete() takes both", async () => {
    const { providers } = await open();
    const idsAndKeys = async () => (await providers.list()).map(({ id, keys }) => [id, keys.length]);
    for (const id of ["a", "b"]) await providers.put(id, {});
    await providers.putKey("a", { id: "1", name: "k", value: "v", weight: 1 });
    await providers.put("a", { name: "changed" });
    expect(await idsAndKeys()).toEqual([
      ["a", 1],
      ["b", 0],
    ]);
    expect(await providers.delete("a")).toBe(true);
    expect(await providers.delete("a")).toBe(false);
    await providers.put("a", {});
    expect(await idsAndKeys()).toEqual([
      ["b", 0],
      ["a", 0],
    ]);
    expect(await providers.deleteKey("a", "1")).toBe(false);
  });

  test("providers.putKey() refuses a provider that is missing and a name that is taken", async () => {
    const { providers } = await open();
    const one = { id: "1", name: "k", value: "v", weight: 1 };
    await expect(providers.putKey("a", one)).rejects.toThrow();
    await providers.put("a", {});
    await providers.putKey("a", one);
    await expect(providers.putKey("a", { ...one, id: "2" })).rejects.toThrow();
  });

  test("routes.put() replaces a route in its place", async () => {
    const { routes } = await open();
    for (const alias of ["b", "a"]) await routes.put(route(alias));
    const changed = { alias: "b", targets: [{ model: "demo/other" }] };
    await routes.put(changed);
    expect(await routes.list()).toEqual([changed, route("a")]);
    expect(await routes.delete("b")).toBe(true);
    expect(await routes.delete("b")).toBe(false);
    expect(await routes.list()).toEqual([route("a")]);
  });
}

function describeVirtualKeys(open: Open): void {
  test("virtualKeys.list() pages by id, and frees the name of a revoked key", async () => {
    const { virtualKeys } = await open();
    const ids = async (includeRevoked: boolean) => (await virtualKeys.list({ includeRevoked })).map(({ id }) => id);
    for (const id of ["1", "2", "3"]) await virtualKeys.add(key(id, `n${id}`));
    const page = await virtualKeys.list({ after: "1", limit: 1, includeRevoked: false });
    expect(page).toEqual([{ ...key("2", "n2"), alike: {} }]);
    expect(await virtualKeys.revoke("2", 5)).toBe(true);
    expect(await virtualKeys.revoke("2", 6)).toBe(false);
    await virtualKeys.add(key("4", "n2"));
    expect((await virtualKeys.find({ name: "n2" }))?.id).toBe("4");
    expect(await ids(false)).toEqual(["1", "3", "4"]);
    expect(await ids(true)).toEqual(["1", "2", "3", "4"]);
    expect(await virtualKeys.find({ id: "2" })).toMatchObject({ spec: { name: "n2" }, revokedAtMs: 5 });
    expect((await virtualKeys.find({ hash: "h-2" }))?.id).toBe("2");
  });

  test("virtualKeys.list() filters by scope, tag and text", async () => {
    const { virtualKeys } = await open();
    const specs = {
      "1": { name: "Alpha", team: "red", tags: { env: "prod" } },
      "2": { name: "beta", team: "red", customer: "acme", tags: { env: "test" } },
      "3": { name: "gamma", customer: "other" },
    };
    for (const [id, spec] of Object.entries(specs)) await virtualKeys.add({ ...key(id, ""), hint: `hg-${id}`, spec });
    const ids = async (filter: object) =>
      (await virtualKeys.list({ includeRevoked: false, ...filter })).map(({ id }) => id).join();
    expect(await ids({ team: "red" })).toBe("1,2");
    expect(await ids({ customer: { name: "acme", teams: ["red"] } })).toBe("1,2");
    expect(await ids({ customer: { name: "none", teams: [] } })).toBe("");
    expect(await ids({ tag: { name: "env" } })).toBe("1,2");
    expect(await ids({ tag: { name: "env", value: "test" } })).toBe("2");
    expect(await ids({ search: "aLPH" })).toBe("1");
    expect(await ids({ search: "hg-3" })).toBe("3");
    expect(await ids({ search: "2" })).toBe("2");
  });

  test("virtualKeys.list() gives keys that differ in their names alone the same object", async () => {
    const { virtualKeys } = await open();
    for (const id of ["1", "2"]) await virtualKeys.add({ ...key(id, ""), spec: { name: `n${id}`, team: "red" } });
    await virtualKeys.add({ ...key("3", ""), spec: { name: "n3", team: "blue" } });
    const [first, second, third] = await virtualKeys.list({ includeRevoked: false });
    expect(first?.alike).toEqual({ team: "red" });
    expect(second?.alike).toBe(first?.alike);
    expect(third?.alike).toEqual({ team: "blue" });
  });
}

function describeKeyChanges(open: Open): void {
  test("virtualKeys.add() refuses an id, a secret and a name that are taken", async () => {
    const { virtualKeys } = await open();
    for (const id of ["1", "2"]) await virtualKeys.add(key(id, `n${id}`));
    await expect(virtualKeys.add({ ...key("1", "other"), hash: "h-other" })).rejects.toThrow();
    await expect(virtualKeys.add({ ...key("3", "n3"), hash: "h-1" })).rejects.toThrow();
    await expect(virtualKeys.add(key("3", "n1"))).rejects.toThrow();
    await expect(virtualKeys.change("2", { name: "n1" })).rejects.toThrow();
    await virtualKeys.change("2", { name: "n2", models: ["a"] });
    expect((await virtualKeys.find({ id: "2" }))?.spec).toEqual({ name: "n2", models: ["a"] });
  });

  test("virtualKeys.rotate() keeps the last secret until a time, revoke() none", async () => {
    const { virtualKeys } = await open();
    await virtualKeys.add(key("1", "one"));
    await virtualKeys.rotate("1", { hash: "h-new", hint: "hg-new" }, 9);
    const rotated = { ...key("1", "one"), hash: "h-new", hint: "hg-new", previous: { hash: "h-1", untilMs: 9 } };
    expect(await virtualKeys.find({ id: "1" })).toEqual(rotated);
    expect(await virtualKeys.find({ hash: "h-1" })).toBeUndefined();
    await virtualKeys.revoke("1", 5);
    await virtualKeys.rotate("1", { hash: "h-late", hint: "" }, 9);
    expect(await virtualKeys.find({ id: "1" })).toEqual({
      ...key("1", "one"),
      hash: "h-new",
      hint: "hg-new",
      revokedAtMs: 5,
    });
  });

  test("fileKeys.list() gives back what was put", async () => {
    const { fileKeys } = await open();
    await fileKeys.put("ci", { hash: "old", hint: "hg-" });
    await fileKeys.put("ci", { hash: "h", hint: "hg-" });
    expect([...(await fileKeys.list())]).toEqual([["ci", { hash: "h", hint: "hg-" }]]);
  });
}

function describeScopes(open: Open): void {
  test("scopes.list() gives one kind, by name", async () => {
    const { scopes } = await open();
    for (const name of ["b", "a"]) await scopes.put("team", { name });
    await scopes.put("customer", { name: "a", budgets: [{ limit_usd: "1", period: "1d" }] });
    await scopes.put("team", { name: "b", customer: "a" });
    expect(await scopes.list("team")).toEqual([{ name: "a" }, { name: "b", customer: "a" }]);
    expect(await scopes.find("customer", "a")).toEqual({ name: "a", budgets: [{ limit_usd: "1", period: "1d" }] });
    expect(await scopes.find("limit", "a")).toBeUndefined();
    await scopes.delete("team", "a");
    expect(await scopes.list("team")).toEqual([{ name: "b", customer: "a" }]);
  });
}

function describeLimits(open: Open): void {
  const slot = (index: number) => ({ ref: { index, tag: 7 }, createdAtMs: 5 });

  test("slots.delete() takes the overrides and top-ups of its owners along", async () => {
    const { slots, allowances } = await open();
    await slots.put(new Map([1, 2].map((owner) => [`${owner}`, slot(owner)])));
    for (const id of ["1", "2"]) {
      await allowances.putOverride(id, { amount: 10, untilMs: 100, createdAtMs: 1 });
      await allowances.addTopUp(id, { id: `t${id}`, amount: 5, createdAtMs: 1 });
    }
    expect((await slots.list()).length).toBe(2);
    await slots.delete(["1"]);
    expect(await slots.list()).toEqual([{ owner: "2", ...slot(2) }]);
    expect([...(await allowances.overrides()).keys()]).toEqual(["2"]);
    expect([...(await allowances.topUpSums())]).toEqual([["2", 5]]);
  });

  test("slots.released() gives those whose owners are gone, the first first; they can be found and put back", async () => {
    const { slots } = await open();
    const gone = (releasedAtMs: number) => ({ ...slot(releasedAtMs), releasedAtMs });
    await slots.put(new Map(Object.entries({ a: gone(9), b: slot(1), c: gone(3) })));
    expect(await slots.released()).toEqual([
      { owner: "c", ...gone(3) },
      { owner: "a", ...gone(9) },
    ]);
    expect(await slots.list()).toEqual([{ owner: "b", ...slot(1) }]);
    expect(await slots.count()).toBe(1);
    expect(await slots.find(["a", "b"])).toEqual([gone(9), slot(1)]);
    await slots.put(new Map([["a", slot(9)]]));
    expect(await slots.count()).toBe(2);
    await slots.delete(["c"]);
    expect(await slots.released()).toEqual([]);
  });

  test("slots.find() gives the slots of owners in their order, few or very many", async () => {
    const { slots } = await open();
    const owners = Array.from({ length: 6000 }, (_, index) => `k${index}`).flatMap((id) => [id, `key:${id}/budget`]);
    const odd = ["file:\u{1f600}", "file:\uffee", "team:a"];
    await slots.put(new Map([...odd, ...owners].map((owner, index) => [owner, slot(index)])));
    expect(await slots.count()).toBe(12_003);
    expect(await slots.find(["k7", "nobody", "team:a"])).toEqual([slot(3 + 14), undefined, slot(2)]);
    const asked = [...owners.toReversed(), "nobody", ...odd, ...owners];
    const found = await slots.find(asked);
    const places = new Map([...odd, ...owners].map((owner, index) => [owner, index]));
    expect(found.map((each) => each?.ref.index)).toEqual(asked.map((owner) => places.get(owner)));
  });

  test("allowances keep one override and all top-ups of a budget", async () => {
    const { allowances } = await open();
    await allowances.putOverride("a", { amount: 10, untilMs: 100, createdAtMs: 1 });
    const override = { amount: 20, untilMs: 200, reason: "launch", createdAtMs: 2 };
    await allowances.putOverride("a", override);
    expect([...(await allowances.overrides())]).toEqual([["a", override]]);
    await allowances.deleteOverride("a");
    expect(await allowances.overrides()).toEqual(new Map());

    const topUps = [
      { id: "1", amount: 5, createdAtMs: 1 },
      { id: "2", amount: 7, note: "paid", createdAtMs: 2 },
    ];
    for (const topUp of topUps) await allowances.addTopUp("a", topUp);
    expect(await allowances.topUps("a")).toEqual(topUps);
    expect(await allowances.topUps("b")).toEqual([]);
    expect(await allowances.topUpSums()).toEqual(new Map([["a", 12]]));
  });

  test("budgetEvents.add() adds each threshold of a period once", async () => {
    const { budgetEvents } = await open();
    const events = [1, 2, 3].map(budgetEvent);
    expect(await budgetEvents.add(events.slice(0, 2))).toEqual(events.slice(0, 2));
    expect(await budgetEvents.add([{ ...budgetEvent(1), id: "again" }, budgetEvent(3)])).toEqual([budgetEvent(3)]);
    const ids = async (query: object) => (await budgetEvents.list({ limit: 10, ...query })).map(({ atMs }) => atMs);
    expect(await budgetEvents.list({ limit: 1 })).toEqual([budgetEvent(3)]);
    expect(await ids({ before: "event-3" })).toEqual([2, 1]);
    expect(await ids({ limitId: "other" })).toEqual([]);
    expect(await ids({ scopeKind: "team", scopeName: "research" })).toEqual([3, 2, 1]);
    expect(await ids({ scopeKind: "customer" })).toEqual([]);
    await budgetEvents.deleteEnded(12);
    expect(await ids({})).toEqual([3, 2]);
  });

  test("budgetEvents.deleteEnded() leaves the events of a prepaid budget", async () => {
    const { budgetEvents } = await open();
    const { periodEndMs: _, ...prepaid } = budgetEvent(1);
    await budgetEvents.add([prepaid]);
    await budgetEvents.deleteEnded(1_000);
    expect(await budgetEvents.list({ limit: 10 })).toEqual([prepaid]);
  });
}

function describeSingleValues(open: Open): void {
  test("settings and facts give back what was written last", async () => {
    const { settings } = await open();
    expect(await settings.read()).toEqual({});
    expect(await settings.fact("snapshot_sequence")).toBeUndefined();
    for (const days of [5, 6]) await settings.write({ retention_days: days, metrics_token: "m".repeat(16) });
    for (const sequence of [8, 9]) await settings.setFact("snapshot_sequence", sequence);
    expect(await settings.read()).toEqual({ retention_days: 6, metrics_token: "m".repeat(16) });
    expect(await settings.fact("snapshot_sequence")).toBe(9);
  });

  test("keptAnswers.find() finds an answer for a day, under its actor and key alone", async () => {
    const { keptAnswers } = await open();
    await keptAnswers.keep(answer);
    expect(await keptAnswers.find(answer.actor, answer.key, answer.atMs)).toEqual(answer);
    expect(await keptAnswers.find("other", answer.key, answer.atMs)).toBeUndefined();
    expect(await keptAnswers.find(answer.actor, "other", answer.atMs)).toBeUndefined();
    expect(await keptAnswers.find(answer.actor, answer.key, answer.atMs + keptForMs)).toBeUndefined();
  });
}

function describeLogNotes(open: Open): void {
  test("logNotes.views() are by name, and a name is taken once", async () => {
    const { logNotes } = await open();
    const view = (id: string, name: string) => ({ id, name, query: "outcome=error", createdAtMs: 7 });
    for (const one of [view("1", "slow"), view("2", "errors")]) await logNotes.addView(one);
    await expect(logNotes.addView(view("3", "slow"))).rejects.toThrow();
    expect(await logNotes.views()).toEqual([view("2", "errors"), view("1", "slow")]);
    expect([await logNotes.deleteView("1"), await logNotes.deleteView("1")]).toEqual([true, false]);
    expect(await logNotes.views()).toEqual([view("2", "errors")]);
  });

  test("logNotes.notes() finds those of the records asked for", async () => {
    const { logNotes } = await open();
    const notes = ["a", "b", "c"].map((id) => ({ id, bookmarked: id !== "b", note: `of ${id}`, atMs: 1 }));
    for (const note of notes) await logNotes.putNote(note);
    await logNotes.putNote({ id: "a", bookmarked: true, atMs: 2 });
    expect(await logNotes.notes(["a", "b", "x"])).toEqual(
      new Map([
        ["a", { id: "a", bookmarked: true, atMs: 2 }],
        ["b", { id: "b", bookmarked: false, note: "of b", atMs: 1 }],
      ]),
    );
    expect(await logNotes.bookmarks(9)).toEqual(["c", "a"]);
    expect(await logNotes.bookmarks(1)).toEqual(["c"]);
    await logNotes.deleteNotesBefore("b");
    await logNotes.deleteNote("c");
    expect([...(await logNotes.notes(["a", "b", "c"])).keys()]).toEqual(["b"]);
  });
}

function describeAudit(open: Open): void {
  test("audit.append() chains events", async () => {
    const { audit } = await open();
    expect(await audit.head()).toBeUndefined();
    for (const number of [1, 2, 3]) await audit.append(auditEvent(number));
    const head = await audit.head();
    expect(head).toMatchObject({ position: 3, event: auditEvent(3) });
    expect(await verifyAuditChain(audit, head?.hash)).toMatchObject({ events: 3, found: true, head: { position: 3 } });
  });

  test("audit.list() filters and pages", async () => {
    const { audit } = await open();
    for (const number of [1, 2, 3, 4, 5]) await audit.append(auditEvent(number));
    await audit.append({ ...auditEvent(6), actor: "config_file", action: "config.reload" });
    const ids = async (query: object) =>
      (await audit.list({ limit: 10, ...query })).map(({ event: { id } }) => Number(id.slice(6)));
    expect(await ids({})).toEqual([6, 5, 4, 3, 2, 1]);
    expect(await ids({ limit: 2, after: 5 })).toEqual([4, 3]);
    expect(await ids({ order: "oldest", after: 5 })).toEqual([6]);
    expect(await ids({ actor: "config_file" })).toEqual([6]);
    expect(await ids({ action: "virtual_key.create", fromMs: 2, toMs: 4 })).toEqual([3, 2]);
    expect(await ids({ resource: "4" })).toEqual([4]);
    expect(await ids({ resource: "ci", limit: 1 })).toEqual([6]);
    expect(await ids({ resource: "route" })).toEqual([]);
  });
}

function describeSessions(open: Open): void {
  test("sessions.find() gives back what was added by the hash of its secret, with its last use", async () => {
    const { sessions } = await open();
    const [first, second] = [session("1"), session("2", { kind: "virtual_key", id: "k", hash: "kh" })];
    for (const one of [second, first]) await sessions.add(one);
    expect(await sessions.find(first.hash)).toEqual(first);
    await sessions.seen(second.id, 99);
    expect(await sessions.find(second.hash)).toEqual({ ...second, seenAtMs: 99 });
    expect(await sessions.find("unknown")).toBeUndefined();
    await expect((async () => sessions.seen("unknown", 1))()).resolves.toBeUndefined();
  });

  test("sessions.list() lists them in the order of their ids, all or an owner's; delete() ends one", async () => {
    const { sessions } = await open();
    for (const id of ["3", "1"]) await sessions.add(session(id));
    await sessions.add(session("2", { kind: "virtual_key", id: "k", hash: "kh" }));
    const ids = async (owner?: string) => (await sessions.list(owner)).map(({ id }) => id);
    expect([await ids(), await ids("admin"), await ids("virtual_key:k"), await ids("virtual_key:x")]).toEqual([
      ["1", "2", "3"],
      ["1", "3"],
      ["2"],
      [],
    ]);
    expect([await sessions.delete("3"), await sessions.delete("3"), await ids("admin")]).toEqual([true, false, ["1"]]);
  });
}
