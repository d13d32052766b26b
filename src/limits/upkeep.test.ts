import { expect, test } from "bun:test";
import { startLimitUpkeep } from "./upkeep";

test("startLimitUpkeep() does its work, survives an error, and waits for what runs when it closes", async () => {
  const done: string[] = [];
  const warned: string[] = [];
  const log = {
    debug: () => {},
    info: () => {},
    warn: (_: object, message: string) => warned.push(message),
    error: () => {},
  };
  const started = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const upkeep = startLimitUpkeep({
    endOverrides: async () => {
      started.resolve();
      await goOn.promise;
      done.push("overrides");
    },
    watchBudgets: async () => done.push("budgets"),
    deleteOldEvents: async () => {
      throw new Error("disk full");
    },
    log,
    firstAfterMs: 0,
  });
  await started.promise;
  const closed = upkeep.close();
  goOn.resolve();
  await closed;
  expect(done).toEqual(["overrides", "budgets"]);
  expect(warned).toEqual(["Cannot look after budgets, trying again in a second"]);
});
