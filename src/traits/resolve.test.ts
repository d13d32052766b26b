import { describe, expect, test } from "bun:test";
import { traitsOf } from "./resolve";

const claude = (model: string) => traitsOf({ provider: "anthropic", dialect: "anthropic-messages", model }, "passed");
const chat = (provider: string, model: string) => traitsOf({ provider, dialect: "openai-chat", model }, "passed");

describe("traitsOf() knows Claude by generation:", () => {
  for (const [model, way, hasSampling, hasXhigh] of [
    ["claude-3-7-sonnet-latest", "budget", true, false],
    ["claude-sonnet-4-20250514", "budget", true, false],
    ["claude-opus-4-5-20251101", "budget", true, false],
    ["claude-haiku-4-5", "budget", true, false],
    ["us.anthropic.claude-sonnet-4-5-20250929-v1:0", "budget", true, false],
    ["claude-opus-4-6", "adaptive", true, false],
    ["anthropic/claude-opus-4.8:thinking", "adaptive", false, true],
    ["claude-sonnet-5", "adaptive", false, true],
    ["claude-fable-5-1", "adaptive", false, true],
    ["claude-mythos-preview", "adaptive", false, true],
    ["Claude-Opus-9", "adaptive", false, true],
  ] as const) {
    test(model, () => {
      const { efforts, reasoning, refuses } = claude(model);
      expect(reasoning?.[0]).toBe(way);
      expect(refuses?.includes("temperature")).toBe(!hasSampling);
      expect(efforts?.includes("xhigh")).toBe(hasXhigh);
    });
  }

  test("the oldest do not think at all, and answer less", () => {
    expect(claude("claude-3-5-haiku-20241022")).toMatchObject({ reasoning: [], max_output: 8192, prefill: "taken" });
    expect(claude("claude-3-opus-20240229")).toMatchObject({ reasoning: [], max_output: 4096 });
  });
});

describe("traitsOf()", () => {
  test("holds Claude to its maker's rules wherever it is served", () => {
    for (const [provider, model] of [
      ["vertex", "claude-sonnet-4-5@20250929"],
      ["bedrock", "us.anthropic.claude-opus-4-6-v1:0"],
      ["openrouter", "anthropic/claude-sonnet-4.5"],
    ] as const) {
      const traits = traitsOf({ provider, dialect: "anthropic-messages", model }, "passed");
      expect([provider, traits.thinking_state, traits.cache_marker_count]).toEqual([provider, "signed", 4]);
      expect(traits.cache_markers?.includes("top-level")).toBe(provider === "openrouter");
    }
    expect(
      traitsOf({ provider: "vertex", dialect: "anthropic-messages", model: "other" }, "passed").thinking_state,
    ).toBe("any");
  });

  test("knows models whoever serves them, and providers whatever they serve", () => {
    expect(chat("anyone", "openai/gpt-5-mini").refuses).toContain("temperature");
    expect(chat("anyone", "gpt-4o").reasoning).toEqual([]);
    expect(chat("mistral", "anything").call_ids).toBe("9-letters");
    expect(chat("openrouter", "openai/gpt-5-mini")).toMatchObject({ refuses: [], earlier_reasoning: "details" });
  });

  test("knows nothing of others where a request passes, and takes what most take where it is translated", () => {
    const target = { provider: "local", dialect: "openai-chat", model: "mine" };
    expect(traitsOf(target, "passed")).toEqual({});
    expect(traitsOf(target, "translated")).toMatchObject({ reasoning: ["effort"], system_place: "first" });
    expect(traitsOf({ ...target, neverReasons: true }, "translated").reasoning).toEqual([]);
  });

  test("takes the operator's word over all, the later over the earlier", () => {
    const overrides = [{ call_ids: "any", max_stops: 2 }, { max_stops: 3 }] as const;
    const target = { provider: "mistral", dialect: "openai-chat", model: "m", overrides };
    expect(traitsOf(target, "passed")).toMatchObject({ call_ids: "any", max_stops: 3, stream_usage: false });
  });

  test("knows Kimi, GLM and Qwen at their makers alone", () => {
    expect(chat("moonshot", "kimi-k2.6")).toMatchObject({ reasoning: ["switch"], reasoning_of_calls: "not-empty" });
    expect(chat("zhipu", "glm-5.3")).toMatchObject({ reasoning: ["effort"], can_stop_reasoning: false });
    expect(chat("alibaba", "qwen3-32b").reasoning_whole).toBe(false);
    expect(chat("alibaba", "qwen3-30b-a3b-instruct-2507").reasoning).toEqual([]);
    expect(chat("local", "qwen3-32b")).toEqual({});
  });
});

test("traitsOf() has signed reasoning taken out for models of known other makers alone", () => {
  const takenBy = (model: string) =>
    traitsOf({ provider: "mine", dialect: "bedrock-converse", model }, "translated").thinking_state;
  const arn = "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/abc123def456";
  for (const model of ["us.anthropic.claude-sonnet-4-5-20250929-v1:0", arn, "unknown"])
    expect([model, takenBy(model)]).toEqual([model, undefined]);
  for (const model of ["us.amazon.nova-pro-v1:0", "openai.gpt-oss-120b-1:0"])
    expect([model, takenBy(model)]).toEqual([model, "unsigned"]);
});
