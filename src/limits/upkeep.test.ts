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
  const upkeep = startLimitUpkeep({
    endOverrides: async () => {
      started.resolve();
      await Bun.sleep(5);
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
  await upkeep.close();
  expect(done).toEqual(["overrides", "budgets"]);
  expect(warned).toEqual(["Cannot look after budgets, trying again in a second"]);
});
