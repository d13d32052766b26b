import { expect, test } from "bun:test";
import { createTargets } from "./fixtures/targets";
import { createOutputSpeeds } from "./output-speeds";

const { target } = createTargets();
const [fast, other] = [target("a/m#k"), target("b/m#k")];

test("createOutputSpeeds() learns each target's own speed, a faster one at once and a slower one slowly", () => {
  const speeds = createOutputSpeeds();
  speeds.wrote(fast, 300, 1000);
  expect(speeds.tokensAfter(fast, 2000)).toBe(600);
  speeds.wrote(fast, 400, 1000);
  expect(speeds.tokensAfter(fast, 2000)).toBe(800);
  speeds.wrote(fast, 100, 1000);
  expect(speeds.tokensAfter(fast, 2000)).toBe(770);
  expect(speeds.tokensAfter(other, 2000)).toBe(200);
});

test("createOutputSpeeds() learns nothing of answers that took no time or had nothing", () => {
  const speeds = createOutputSpeeds();
  speeds.wrote(fast, 1000, 3);
  speeds.wrote(fast, 0, 3000);
  expect(speeds.tokensAfter(fast, 1000)).toBe(100);
  expect(speeds.tokensAfter(fast, -5)).toBe(0);
});
