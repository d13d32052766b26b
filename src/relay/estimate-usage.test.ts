import { expect, test } from "bun:test";
import { noUsage } from "#core/usage";
import { estimateUsage, usageOfPart } from "./estimate-usage";

const completion = { charge: "input-and-output" } as const;
const reported = { ...noUsage, input: 10, cacheRead: 15, output: 4, reasoning: 3 };

test("estimateUsage() counts a quarter of the answer's characters, rounded up, and marks it", () => {
  expect(estimateUsage(completion, 3, 5)).toEqual({ ...noUsage, input: 3, output: 2, estimated: true });
  expect(estimateUsage({ charge: "input" }, 9, 5)?.output).toBe(0);
  expect(estimateUsage({ charge: "nothing" }, 9, 5)).toBeUndefined();
});

test("usageOfPart() takes the provider's last word where it came with the finish", () => {
  expect(usageOfPart(completion, 100, { usage: reported, finishReason: "stop", outputChars: 4000 })).toEqual(reported);
});

test("usageOfPart() takes more output of what was reported and what was relayed", () => {
  const parts = [0, 28, 40].map((outputChars) => usageOfPart(completion, 100, { usage: reported, outputChars }));
  expect(parts.map((usage) => (usage?.output ?? 0) + (usage?.reasoning ?? 0))).toEqual([7, 7, 10]);
  expect(parts.map((usage) => [usage?.input, usage?.cacheRead, usage?.estimated])).toEqual(
    Array(3).fill([10, 15, true]),
  );
});

test("usageOfPart() estimates an input that was not reported", () => {
  const usage = { ...noUsage, output: 4 };
  expect(usageOfPart(completion, 100, { usage, outputChars: 0 })).toMatchObject({
    input: 100,
    output: 4,
    estimated: true,
  });
  expect(usageOfPart(completion, 100, { outputChars: 8 })).toMatchObject({ input: 100, output: 2, estimated: true });
});
