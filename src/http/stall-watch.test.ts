import { expect, test } from "bun:test";
import { createStallWatch } from "./stall-watch";

test("createStallWatch() passes on what comes in time", async () => {
  const unlessLate = createStallWatch();
  expect(await unlessLate(Promise.resolve(1), 1000)).toBe(1);
  await expect(unlessLate(Promise.reject(new RangeError("cut")), 1000)).rejects.toThrow("cut");
});

test("createStallWatch() gives up on what is late, each by its own time", async () => {
  const unlessLate = createStallWatch();
  const never = new Promise<never>(() => undefined);
  const outcomes: string[] = [];
  const note = (name: string) => (error: unknown) =>
    outcomes.push(`${name} ${error instanceof Error && error.message}`);
  const late = [unlessLate(never, 150).catch(note("second")), unlessLate(never, 1).catch(note("first"))];
  await Promise.all(late);
  expect(outcomes).toEqual(["first The request body came too slowly", "second The request body came too slowly"]);
});
