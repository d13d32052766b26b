import { expect, test } from "bun:test";
import { batchOf } from "#store/log/fixtures/open-log";
import { createRecordSource } from "#store/log/fixtures/random-records";
import { createMemoryLog } from "#store/log/memory/memory-log";
import { countMany } from "./count-many";
import { logFilters } from "./log-query";

const hourMs = 3_600_000;
const fromMs = 472_000 * hourMs;
const toMs = fromMs + 24 * hourMs;
const barMs = 3 * hourMs;

test("countMany() counts as a list of every record does, where there are many and the roll-ups know the filters", async () => {
  const count = 30_000;
  const { store, writer } = createMemoryLog();
  const source = createRecordSource({ seed: 1, keys: 9, models: 1, fromMs, toMs, count });
  await writer.commit(batchOf(Array.from({ length: count }, (_, index) => source(index))));
  const services = { logs: store, nowMs: () => toMs };
  const wanted = { fromMs, toMs, barMs };
  for (const filters of [{}, { stream: undefined }, { model: "model-0" }]) {
    const { records, errors, bars } = await store.count({
      ...{ fromMs, toMs, barMs, fields: [], top: 1 },
      filters: logFilters(filters),
    });
    expect(await countMany({ ...wanted, filters }, services)).toEqual({ records, errors, bars });
  }
  for (const filters of [{ key: "nobody" }, { outcome: "ok" }, { min_tokens: "1" }])
    expect(await countMany({ ...wanted, filters }, services)).toBeUndefined();
  expect(await countMany({ ...wanted, barMs: hourMs / 2, filters: {} }, services)).toBeUndefined();
});
