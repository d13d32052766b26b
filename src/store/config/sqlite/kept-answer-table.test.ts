import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { keptForMs, mostKept } from "../kept-answer";
import { createSecretBox } from "../secret-box";
import { keptAnswerTable } from "./kept-answer-table";
import { migrations } from "./migrations";

const answer = {
  actor: "a",
  fingerprint: "f",
  status: 201,
  contentType: "application/json",
  body: '{"value":"canary"}',
};

test("keep() keeps a bounded number, for a day, readable with the master key and under its own key alone", async () => {
  using database = new Database(":memory:", { strict: true });
  for (const migration of migrations) database.run(migration);
  const table = keptAnswerTable(database, async (work) => work(), createSecretBox("k".repeat(64)));
  const fill = database.query("INSERT INTO kept_answers VALUES ('a', ?, 'f', ?, x'00')");
  database.transaction(() => {
    for (let number = 0; number < mostKept + 5; number++) fill.run(`old-${number}`, 1000 + number);
  })();
  await table.keep({ ...answer, key: "new", atMs: 1_000_000 });
  const count = () => database.query<{ count: number }, []>("SELECT count(*) AS count FROM kept_answers").get()?.count;
  expect(count()).toBe(mostKept);
  expect(await table.find("a", "new", 1_000_000)).toEqual({ ...answer, key: "new", atMs: 1_000_000 });
  expect(await table.find("b", "new", 1_000_000)).toBeUndefined();
  expect(await table.find("a", "new", 1_000_000 + keptForMs)).toBeUndefined();
  expect(Buffer.from(database.serialize()).includes("canary")).toBe(false);
  database.run("UPDATE kept_answers SET key = 'other' WHERE key = 'new'");
  await expect(table.find("a", "other", 1_000_000)).rejects.toThrow();

  await table.keep({ ...answer, key: "later", atMs: 1_000_000 + keptForMs });
  expect(count()).toBe(1);
});
