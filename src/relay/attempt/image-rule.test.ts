import { expect, test } from "bun:test";
import { imageTokens } from "#governance/image-tokens";
import { traitsOf } from "#traits/resolve";
import { imageRuleOf } from "./image-rule";

function tokensAt(model: string, width: number, height: number, provider = "any"): number {
  return imageTokens({ width, height }, imageRuleOf(traitsOf({ provider, dialect: "openai-chat", model }, "passed")));
}

// Examples of https://platform.openai.com/docs/guides/images-vision#calculating-costs, of
// https://ai.google.dev/gemini-api/docs/image-understanding and https://docs.x.ai/docs/guides/image-understanding, and what
// https://huggingface.co/datasets/JOHNISKING/image-token-cost measured, without the prompt.
test.each([
  ["gpt-4o", 1024, 1024, 765],
  ["gpt-4o-2024-08-06", 2048, 4096, 1105],
  ["gpt-4.1", 4096, 8192, 1105],
  ["openai/gpt-4o", 512, 512, 255],
  ["gpt-4o-mini", 1024, 1024, 2833 + 4 * 5667],
  ["gpt-4.1-mini", 1024, 1024, 1659],
  ["gpt-4.1-nano", 1024, 1024, 2520],
  ["o4-mini", 1024, 1024, 1762],
  ["o3", 1024, 1024, 675],
  ["gpt-5", 1024, 1024, 630],
  ["gpt-5-mini", 32, 33, 4],
  ["gpt-6-astra", 1024, 1024, 1229],
  ["gpt-6-astra", 4032, 3024, 14_364],
  ["claude-opus-5-5", 1024, 1024, 1369],
  ["claude-haiku-4-5", 256, 256, 100],
  ["claude-haiku-4-5", 1920, 1080, 1600],
  ["gemini-2.5-pro", 960, 540, 6 * 258],
  ["gemini-2.5-flash", 384, 384, 258],
  ["gemini-2.0-flash", 3072, 3072, 16 * 258],
])("an image for %s of %i × %i pixels counts %i tokens", (model, width, height, tokens) => {
  expect(tokensAt(model, width, height)).toBe(tokens);
});

test.each([
  ["gpt-4.1-mini", 1800, 2400, 2353],
  ["gpt-5.5", 1024, 1024, 1229],
  ["gpt-5.5", 4032, 3024, 11_868],
  ["gpt-5.4", 1600, 1600, 3000],
  ["gemini-3-flash-preview", 4032, 3024, 1065],
  ["claude-opus-5-5", 4032, 3024, 4005],
  ["gpt-5-mini", 1600, 1600, 1834],
])("an image for %s of %i × %i pixels is held for as more than the %i tokens it was seen to count", (...seen) => {
  const [model, width, height, tokens] = seen;
  expect(tokensAt(model, width, height)).toBeGreaterThanOrEqual(tokens);
});

test("an image is counted by its provider's rule where that has one for all its models", () => {
  expect(tokensAt("grok-4", 448, 900, "xai")).toBe(256 + 3 * 256);
  expect(tokensAt("grok-4", 4000, 4000, "xai")).toBe(1792);
});
