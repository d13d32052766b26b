import { expect, test } from "bun:test";
import { answer } from "../fixtures/stored-values";
import { mostKept } from "../kept-answer";
import { keptAnswerTable } from "./kept-answer-table";
import { createTables } from "./tables";

test("keep() keeps a bounded number, the newest", async () => {
  const table = keptAnswerTable(createTables(), async (work) => work());
  for (let number = 0; number < mostKept + 2; number++) await table.keep({ ...answer, key: `${number}`, atMs: number });
  expect(await table.find(answer.actor, "1", mostKept)).toBeUndefined();
  expect(await table.find(answer.actor, "2", mostKept)).toBeDefined();
});
