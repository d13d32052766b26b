import { expect, test } from "bun:test";
import { canonicalName, compileModelPattern, modelNames } from "./model-names";

const openai = { id: "openai" };

function naming(id: string): Parameters<typeof modelNames>[0] {
  if (id === "openrouter") return { id, makersNaming: "path" };
  return id === "bedrock" ? { id, makersNaming: "profile" } : { id };
}

test.each([
  ["openai", "gpt-4o-2024-11-20", "openai/gpt-4o"],
  ["openai", "gpt-4o-latest", "openai/gpt-4o"],
  ["openai", "GPT-4o", "openai/gpt-4o"],
  ["openai", "gpt-4o ", "openai/gpt-4o"],
  ["openai", "gpt-4-0613", "openai/gpt-4"],
  ["anthropic", "claude-sonnet-4-5-20250929", "anthropic/claude-sonnet-4-5"],
  ["google", "gemini-2.0-flash-001", "google/gemini-2.0-flash"],
  ["openrouter", "openai/gpt-4o-2024-08-06:nitro", "openai/gpt-4o"],
  ["openrouter", "anthropic/claude-sonnet-4.5", "anthropic/claude-sonnet-4-5"],
  ["openrouter", "x-ai/grok-4", "xai/grok-4"],
  ["openrouter", "openai/gpt-4o:online", "openrouter/openai/gpt-4o"],
  ["bedrock", "us.anthropic.claude-sonnet-4-5-20250929-v1:0", "anthropic/claude-sonnet-4-5"],
  ["bedrock", "anthropic.claude-opus-4-7", "anthropic/claude-opus-4-7"],
  ["vertex", "claude-haiku-4-5@20251001", "vertex/claude-haiku-4-5"],
  ["openrouter", "mistralai/mistral-large-2411", "mistral/mistral-large"],
])("modelNames() knows %s/%s as %s", (provider, model, name) => {
  const names = modelNames(naming(provider), model);
  expect(names[0]).toBe(`${provider}/${model}`);
  expect(names).toContain(name);
});

test.each([
  ["openai", "gpt-4o-2024-11-20", "openai/gpt-4o"],
  ["openai", " GPT-4o-latest", "openai/gpt-4o"],
  ["openrouter", "x-ai/grok-4:free", "xai/grok-4"],
  ["openrouter", "mistralai/mistral-large-2411", "mistral/mistral-large"],
  ["openrouter", "openrouter-auto", "openrouter/openrouter-auto"],
  ["bedrock", "us.anthropic.claude-sonnet-4-5-20250929-v1:0", "anthropic/claude-sonnet-4-5"],
  ["bedrock", "arn:aws:bedrock:us-east-1:1:inference-profile/us.amazon.nova-pro-v1:0", "amazon/nova-pro"],
  ["local", "meta/llama-4", "local/meta/llama-4"],
])("canonicalName() of %s/%s is %s, which is among its names", (provider, model, name) => {
  expect(canonicalName(naming(provider), model)).toBe(name);
  expect(modelNames(naming(provider), model)).toContain(name);
});

test.each([
  ["openai", "gpt-4o-mini", "openai/gpt-4o"],
  ["openai", "gpt-4.1", "openai/gpt-4"],
  ["local", "anthropic/claude-opus-5", "anthropic/claude-opus-5"],
  ["openrouter", "auto", "openai/auto"],
])("modelNames() does not take %s/%s for %s", (provider, model, name) => {
  expect(modelNames(naming(provider), model)).not.toContain(name);
});

test.each(["openai/gpt-4o", "openai/GPT-4o", " openai/gpt-4o", "openai/gpt-4*"])(
  "compileModelPattern() meets every spelling by %p",
  (pattern) => {
    const meets = compileModelPattern(pattern);
    const spelled = ["gpt-4o", "gpt-4o-2024-08-06", "gpt-4o-latest", "GPT-4o", "gpt-4o "];
    expect(spelled.map((model) => meets(openai, model))).toEqual(spelled.map(() => true));
    expect(meets(naming("openrouter"), "openai/gpt-4o")).toBe(true);
    expect(meets(openai, "gpt-3.5-turbo")).toBe(false);
  },
);

test("compileModelPattern() of one state meets no other", () => {
  const meets = compileModelPattern("openai/gpt-4o-2024-08-06");
  expect([meets(openai, "gpt-4o-2024-08-06"), meets(openai, "gpt-4o"), meets(openai, "gpt-4o-2024-11-20")]).toEqual([
    true,
    false,
    false,
  ]);
});
