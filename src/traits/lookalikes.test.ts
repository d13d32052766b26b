import { describe, expect, test } from "bun:test";
import { providerDefinitions } from "#providers/registry";
import { traitsOf } from "./resolve";
import { lookalikeRows } from "./rows/lookalikes";
import type { Traits } from "./vocabulary";

function knownOf(provider: string, model = "some-model"): Traits {
  return traitsOf({ provider, dialect: "openai-chat", model }, "passed");
}

/** What the pages say, once more by provider: a row that is moved or overruled is found. */
const expected: readonly (readonly [provider: string, model: string, traits: Traits])[] = [
  ["sglang", "qwen3-8b", { developer_role: "system" }],
  ["huggingface", "Qwen/Qwen3.5-9B", { developer_role: "system" }],
  ["volcengine", "doubao-seed-2.0", { developer_role: "system", output_limit: "max_tokens" }],
  ["nebius", "Qwen/Qwen3-32B", { developer_role: "system", output_limit: "max_tokens" }],
  ["chutes", "Qwen/Qwen3-32B-TEE", { output_limit: "max_tokens" }],
  ["hyperbolic", "meta-llama/Llama-3.2-3B-Instruct", { output_limit: "max_tokens" }],
  ["nscale", "Qwen/QwQ-32B", { output_limit: "max_tokens" }],
  ["wandb", "openai/gpt-oss-20b", { output_limit: "max_tokens" }],
  ["deepinfra", "m", { forced_tools: "refused", list_content: ["system", "user", "assistant"] }],
  ["featherless", "m", { forced_tools: "refused" }],
  ["sambanova", "m", { list_content: ["user"], output_limit: "max_tokens" }],
  ["databricks", "databricks-gpt-oss-20b", { stream_usage: false, output_limit: "max_tokens" }],
  ["cohere", "command-a-reasoning-08-2025", { efforts: ["none", "high"], output_limit: "max_tokens" }],
  ["cohere", "command-r7b-12-2024", { efforts: [], reasoning: [] }],
  ["snowflake", "claude-haiku-4-5", { output_limit: "max_completion_tokens" }],
  ["lmstudio", "m", { response_formats: ["json_schema"] }],
  ["zai", "glm-4.6", { output_limit: "max_tokens", reasoning: ["switch"] }],
  ["zhipu", "glm-4.6", { output_limit: "max_tokens", reasoning: ["switch"] }],
  ["moonshot", "kimi-k2.5", { max_temperature: 1 }],
  ["alibaba", "qwen-plus", { reasoning: ["flag"] }],
  ["minimax", "MiniMax-M2", { max_temperature: 1 }],
];

describe("traitsOf()", () => {
  for (const [provider, model, traits] of expected) {
    test(`knows what ${model} at ${provider} takes`, () => expect(knownOf(provider, model)).toMatchObject(traits));
  }

  test("knows of no provider that is not there", () => {
    const named = lookalikeRows.flatMap(({ provider = [] }) => [provider].flat());
    expect(named.filter((id) => !providerDefinitions.has(id))).toEqual([]);
  });
});
