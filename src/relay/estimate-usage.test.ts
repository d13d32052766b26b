import { expect, test } from "bun:test";
import { noUsage } from "#core/usage";
import { estimateUsage, judgeUsage, usageOfPart, usageOfWhole } from "./estimate-usage";

const expected = (estimatedInput: number) => ({ estimatedInput, mostInput: 1000, mostOutput: 5000 });
const completion = { charge: "input-and-output" } as const;
const reported = { ...noUsage, input: 10, cacheRead: 15, output: 4, reasoning: 3 };

test("estimateUsage() counts a quarter of the answer's characters, rounded up, and marks it", () => {
  expect(estimateUsage(completion, expected(3), 5)).toEqual({ ...noUsage, input: 3, output: 2, estimated: true });
  expect(estimateUsage({ charge: "input" }, expected(9), 5)?.output).toBe(0);
  expect(estimateUsage({ charge: "nothing" }, expected(9), 5)).toBeUndefined();
});

test("usageOfPart() takes the provider's last word where it came with the finish", () => {
  expect(usageOfPart(completion, expected(100), { usage: reported, finishReason: "stop", outputBytes: 800 })).toEqual(
    reported,
  );
});

test("usageOfPart() takes more output of what was reported and what was relayed", () => {
  const parts = [0, 28, 40].map((outputBytes) =>
    usageOfPart(completion, expected(100), { usage: reported, outputBytes }),
  );
  expect(parts.map((usage) => (usage?.output ?? 0) + (usage?.reasoning ?? 0))).toEqual([7, 7, 10]);
  expect(parts.map((usage) => [usage?.input, usage?.cacheRead, usage?.estimated])).toEqual(
    Array(3).fill([10, 15, true]),
  );
});

test("usageOfPart() estimates an input that was not reported", () => {
  const usage = { ...noUsage, output: 4 };
  expect(usageOfPart(completion, expected(100), { usage, outputBytes: 0 })).toMatchObject({
    input: 100,
    output: 4,
    estimated: true,
  });
  expect(usageOfPart(completion, expected(100), { outputBytes: 8 })).toMatchObject({
    input: 100,
    output: 2,
    estimated: true,
  });
});

const told = { ...noUsage, input: 20, output: 10 };

test.each([
  ["zeros beside a text", noUsage, 200, { input: 100, output: 50 }],
  ["no input", { ...told, input: 0 }, 40, { input: 100, output: 10 }],
  ["no output beside a text", { ...told, output: 0 }, 200, { input: 20, output: 50 }],
  ["more input than the context", { ...told, cacheRead: 1_000_000 }, 40, { input: 100, cacheRead: 0, output: 10 }],
  ["more reasoning than a model can write", { ...told, reasoning: 1_000_000 }, 40, { output: 10, reasoning: 0 }],
  ["more output than a model can write", { ...told, output: 1_000_000 }, 40, { input: 20, output: 10 }],
])("judgeUsage() estimates what cannot be true: %s", (_, usage, chars, judged) => {
  expect(judgeUsage(completion, expected(100), usage, chars)).toMatchObject({ ...judged, estimated: true });
});

test("judgeUsage() leaves alone what can be true", () => {
  for (const usage of [told, { ...told, output: 0 }, { ...told, output: 5000 }, { ...told, cacheRead: 980 }]) {
    expect(judgeUsage(completion, expected(100), usage, usage.output)).toBe(usage);
  }
  const embedded = { ...noUsage, input: 7 };
  expect(judgeUsage({ charge: "input" }, expected(100), embedded, 0)).toBe(embedded);
});

test("no estimate is more than a model can write", () => {
  expect(usageOfWhole(completion, expected(1), { outputBytes: 1e6 })?.output).toBe(5000);
  const usage = { ...told, output: 4999 };
  expect(usageOfPart(completion, expected(1), { usage, outputBytes: 1e6 })?.output).toBe(5000);
});
