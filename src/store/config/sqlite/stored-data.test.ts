import { Database } from "bun:sqlite";
import { afterEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConfigStore } from "../config-store";
import { answer, budgetEvent, key, route } from "../fixtures/stored-values";
import { createSecretBox } from "../secret-box";
import { migrations } from "./migrations";
import { openSqliteConfigStore } from "./sqlite-config-store";

const masterKey = { key: "a".repeat(64), origin: "test" };
const box = createSecretBox(masterKey.key);

const directories: string[] = [];
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

function newFile(): string {
  const directory = mkdtempSync(join(tmpdir(), "hg-stored-"));
  directories.push(directory);
  return join(directory, "config.sqlite");
}

async function fill(store: ConfigStore): Promise<void> {
  await store.providers.put("mine", {});
  await store.providers.putKey("mine", { id: "1", name: "main", value: "secret", weight: 1, models: ["a"] });
  await store.routes.put(route("r"));
  await store.virtualKeys.add(key("1", "one"));
  await store.scopes.put("team", { name: "red" });
  await store.settings.write({ retention_days: 5 });
  await store.settings.setFact("snapshot_sequence", 9);
  await store.budgetEvents.add([budgetEvent(1)]);
  await store.keptAnswers.keep(answer);
}

type Case = {
  readonly table: string;
  readonly column: string;
  readonly value: string;
  /** Under which name the value is sealed, where it is encrypted. */
  readonly sealedAs?: string;
  readonly read: (store: ConfigStore) => Promise<unknown>;
  readonly message: string;
};

const withNewField = (fields: string) => `{${fields}"new_limit":1}`;
const cases: readonly Case[] = [
  {
    table: "providers",
    column: "config",
    value: '{"base_url":"ftp://canary"}',
    sealedAs: "provider mine",
    read: ({ providers }) => providers.list(),
    message: 'of "mine" in the table providers: base_url: must be a URL that starts with http:// or https://',
  },
  {
    table: "provider_keys",
    column: "models",
    value: '"canary"',
    read: ({ providers }) => providers.list(),
    message: 'of "1" in the table provider_keys: must be a list, found a string',
  },
  {
    table: "routes",
    column: "config",
    value: withNewField('"alias":"r","targets":[{"model":"a"}],'),
    read: ({ routes }) => routes.list(),
    message: 'of "r" in the table routes: new_limit: unknown key',
  },
  ...["find", "list"].map(
    (how): Case => ({
      table: "virtual_keys",
      column: "spec",
      value: '{"name":"one","budgets":[{"period":"1d","limit_usd":"canary"}]}',
      read: ({ virtualKeys }) =>
        how === "find" ? virtualKeys.find({ id: "1" }) : virtualKeys.list({ includeRevoked: true }),
      message: 'of "1" in the table virtual_keys: budgets[0].limit_usd: must be an amount of US dollars',
    }),
  ),
  {
    table: "virtual_keys",
    column: "spec",
    value: withNewField('"name":"one",'),
    read: ({ virtualKeys }) => virtualKeys.list({ includeRevoked: true }),
    message: 'of "1" in the table virtual_keys: new_limit: unknown key',
  },
  {
    table: "scopes",
    column: "spec",
    value: '{"name":"red","customer":7}',
    read: ({ scopes }) => scopes.list("team"),
    message: 'of "team red" in the table scopes: customer: must be a string, found a number',
  },
  {
    table: "sealed",
    column: "value",
    value: '{"retention_days":"canary"}',
    sealedAs: "settings",
    read: ({ settings }) => settings.read(),
    message: 'of "settings" in the table sealed: retention_days: must be a number, found a string',
  },
  {
    table: "facts",
    column: "value",
    value: "canary",
    read: ({ settings }) => settings.fact("snapshot_sequence"),
    message: 'of "snapshot_sequence" in the table facts: must be JSON',
  },
  {
    table: "events",
    column: "scope_kind",
    value: "canary",
    read: ({ budgetEvents }) => budgetEvents.list({ limit: 1 }),
    message: 'of "event-1" in the table events: must be key or team or customer or limit',
  },
  {
    table: "kept_answers",
    column: "answer",
    value: '{"status":201,"body":"canary"}',
    sealedAs: "kept answer admin_token once",
    read: ({ keptAnswers }) => keptAnswers.find(answer.actor, answer.key, answer.atMs),
    message: 'of "admin_token once" in the table kept_answers: contentType: must be a string, found nothing',
  },
];

describe("openSqliteConfigStore()", () => {
  for (const { table, column, value, sealedAs, read, message } of cases) {
    test(`refuses ${value} as ${table}.${column}, naming table, row and field and no value`, async () => {
      const file = newFile();
      const store = openSqliteConfigStore(file, masterKey);
      await fill(store);
      const byHand = new Database(file);
      const where = table === "sealed" ? "name = 'settings'" : "true";
      byHand.run(`UPDATE ${table} SET ${column} = ? WHERE ${where}`, [
        sealedAs === undefined ? value : box.seal(value, sealedAs),
      ]);
      byHand.close();
      const error = String(await read(store).catch((thrown: unknown) => thrown));
      expect(error).toContain(`Cannot read "${column}" ${message}`);
      expect(error).toContain("the version that wrote it is needed, or a backup");
      expect(error).not.toContain("canary");
      store.close();
    });
  }

  test("reads the facts that versions before the fourth schema kept as plain text", async () => {
    const file = newFile();
    const old = new Database(file);
    for (const migration of migrations.slice(0, 3)) old.run(migration);
    old.run("PRAGMA user_version = 3");
    old.run("INSERT INTO facts VALUES ('admin_token_hash', 'ab12'), ('snapshot_sequence', '7')");
    old.close();
    const store = openSqliteConfigStore(file, masterKey);
    expect(await store.settings.fact("admin_token_hash")).toBe("ab12");
    expect(await store.settings.fact("snapshot_sequence")).toBe(7);
    store.close();
  });
});
