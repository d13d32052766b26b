import { expect, test } from "bun:test";
import { startSummingUp } from "./summing-up";

test("startSummingUp() works off what is there in a store of its own, and closes that", async () => {
  const asked: number[] = [];
  const left = [9, 5, 1];
  const done = Promise.withResolvers<void>();
  const summing = startSummingUp({
    logs: {
      sumUp: async (most) => {
        asked.push(most);
        return 13;
      },
    },
    openLogs: () => ({
      sumUp: async (most) => {
        asked.push(most);
        return left.shift() ?? 0;
      },
      close: () => done.resolve(),
    }),
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    firstAfterMs: 0,
  });
  await done.promise;
  summing.close();
  expect(asked).toEqual([0, 4, 4, 4]);
});
