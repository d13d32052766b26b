import Anthropic from "@anthropic-ai/sdk";
import { instructions, pixel, question, type Run, schema } from "./example.ts";

/** What applications send with the official SDK, by the examples of its documentation. */
export function anthropicSdk(url: string): readonly Run[] {
  const client = new Anthropic({ baseURL: url, apiKey: "sk-any", maxRetries: 0 });
  const ask = (more: object) =>
    client.messages.create({
      model: "some-model",
      max_tokens: 1024,
      system: instructions,
      messages: [{ role: "user", content: "hello" }],
      ...more,
    });
  const weather = { name: "get_weather", description: "The weather", input_schema: schema };
  const toolTurn = async (more: object) => {
    const user = { role: "user" as const, content: question };
    const first = await client.messages.create({
      model: "some-model",
      max_tokens: 4096,
      messages: [user],
      tools: [weather],
      ...more,
    });
    if (!("content" in first)) throw new Error("no answer");
    const results = first.content.flatMap((block) =>
      block.type === "tool_use" ? [{ type: "tool_result" as const, tool_use_id: block.id, content: "sunny" }] : [],
    );
    return ask({
      max_tokens: 4096,
      messages: [user, { role: "assistant", content: first.content }, { role: "user", content: results }],
      tools: [weather],
      ...more,
    });
  };
  return [
    { name: "plain", run: () => ask({}) },
    { name: "temperature", run: () => ask({ temperature: 0.2 }) },
    { name: "sampling", run: () => ask({ temperature: 0.7, top_p: 0.9, top_k: 40, stop_sequences: ["END"] }) },
    { name: "streamed", run: () => ask({ stream: true }) },
    {
      name: "user",
      run: () =>
        ask({ metadata: { user_id: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef-session-1" } }),
    },
    {
      name: "prefill",
      run: () =>
        ask({
          messages: [
            { role: "user", content: "Answer in JSON" },
            { role: "assistant", content: "{" },
          ],
        }),
    },
    {
      name: "cache markers",
      run: () =>
        ask({
          system: [{ type: "text", text: instructions, cache_control: { type: "ephemeral" } }],
          messages: [
            { role: "user", content: [{ type: "text", text: "hello", cache_control: { type: "ephemeral" } }] },
          ],
          tools: [{ ...weather, cache_control: { type: "ephemeral" } }],
        }),
    },
    {
      name: "thinking with a budget",
      run: () => ask({ max_tokens: 16_000, thinking: { type: "enabled", budget_tokens: 10_000 } }),
    },
    { name: "adaptive thinking", run: () => ask({ max_tokens: 16_000, thinking: { type: "adaptive" } }) },
    {
      name: "adaptive thinking with effort",
      run: () => ask({ max_tokens: 16_000, thinking: { type: "adaptive" }, output_config: { effort: "medium" } }),
    },
    { name: "thinking off", run: () => ask({ thinking: { type: "disabled" } }) },
    {
      name: "structured output",
      run: () =>
        ask({
          output_config: {
            format: {
              type: "json_schema",
              schema: {
                type: "object",
                properties: { city: { type: "string" } },
                required: ["city"],
                additionalProperties: false,
              },
            },
          },
        }),
    },
    {
      name: "highest effort",
      run: () => ask({ max_tokens: 16_000, thinking: { type: "adaptive" }, output_config: { effort: "max" } }),
    },
    { name: "long answer", run: () => ask({ max_tokens: 128_000, stream: true }) },
    {
      name: "a tool of an MCP server",
      run: () => ask({ tools: [{ ...weather, name: `mcp__${"weather_".repeat(8)}server__get` }] }),
    },
    {
      name: "calls of another provider in the history, then thinking",
      run: () =>
        ask({
          max_tokens: 16_000,
          thinking: { type: "enabled", budget_tokens: 2000 },
          tools: [weather],
          messages: [
            { role: "user", content: "weather?" },
            { role: "assistant", content: [{ type: "tool_use", id: "call_1", name: "get_weather", input: {} }] },
            { role: "user", content: [{ type: "tool_result", tool_use_id: "call_1", content: "sunny" }] },
          ],
        }),
    },
    { name: "any tool", run: () => ask({ tools: [weather], tool_choice: { type: "any" } }) },
    {
      name: "one tool at a time",
      run: () => ask({ tools: [weather], tool_choice: { type: "auto", disable_parallel_tool_use: true } }),
    },
    {
      name: "image",
      run: () =>
        ask({
          messages: [
            {
              role: "user",
              content: [
                { type: "image", source: { type: "base64", media_type: "image/png", data: pixel } },
                { type: "text", text: "what is this" },
              ],
            },
          ],
        }),
    },
    { name: "tool results", run: () => toolTurn({}) },
    {
      name: "tool results while thinking",
      run: () => toolTurn({ max_tokens: 16_000, thinking: { type: "enabled", budget_tokens: 2000 } }),
    },
    {
      name: "tool results while thinking adaptively",
      run: () => toolTurn({ max_tokens: 16_000, thinking: { type: "adaptive" } }),
    },
  ];
}
