import { describe, expect, test } from "bun:test";
import { modelTraits } from "./model-traits";

describe("modelTraits()", () => {
  for (const [model, thinking, sampling, xhigh] of [
    ["claude-3-5-haiku-20241022", "budget", true, false],
    ["claude-3-7-sonnet-latest", "budget", true, false],
    ["claude-sonnet-4-20250514", "budget", true, false],
    ["claude-opus-4-5-20251101", "budget", true, false],
    ["claude-haiku-4-5", "budget", true, false],
    ["claude-opus-4-6", "adaptive", true, false],
    ["anthropic/claude-opus-4.8:thinking", "adaptive", false, true],
    ["claude-sonnet-5", "adaptive", false, true],
    ["claude-fable-5-1", "adaptive", false, true],
    ["claude-mythos-preview", "adaptive", false, true],
    ["deepseek-v4", "budget", true, false],
  ] as const) {
    test(`knows ${model}`, () => {
      expect(modelTraits(model)).toEqual({ thinking, sampling, xhigh });
    });
  }
});
