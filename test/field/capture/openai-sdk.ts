import OpenAI from "openai";
import { closedSchema, instructions, pixel, question, type Run, schema } from "./example.ts";

/** What applications send with the official SDK, by the examples of its documentation. */
export function openaiSdk(url: string): readonly Run[] {
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: "sk-any", maxRetries: 0 });
  const ask = (more: object) =>
    client.chat.completions.create({
      model: "some-model",
      messages: [
        { role: "system", content: instructions },
        { role: "user", content: "hello" },
      ],
      ...more,
    });
  const text = { type: "text" as const, text: "hello" };
  const hello = { role: "user" as const, content: "hello" };
  const weather = {
    type: "function" as const,
    function: { name: "get_weather", description: "The weather", parameters: schema },
  };
  const strict = { ...weather, function: { ...weather.function, parameters: closedSchema, strict: true } };
  return [
    { name: "plain", run: () => ask({}) },
    { name: "temperature and max_tokens", run: () => ask({ temperature: 0.2, max_tokens: 1000 }) },
    {
      name: "sampling",
      run: () => ask({ temperature: 0.7, top_p: 0.9, presence_penalty: 0.5, frequency_penalty: 0.5, seed: 7 }),
    },
    {
      name: "defaults written out",
      run: () =>
        ask({
          temperature: 1,
          top_p: 1,
          presence_penalty: 0,
          frequency_penalty: 0,
          n: 1,
          max_tokens: 256,
          stream: false,
        }),
    },
    { name: "stop sequences", run: () => ask({ stop: ["END", "###"], max_completion_tokens: 500 }) },
    { name: "user", run: () => ask({ user: "user-1234" }) },
    {
      name: "streamed with usage",
      run: () => ask({ stream: true, stream_options: { include_usage: true }, store: false }),
    },
    { name: "effort", run: () => ask({ reasoning_effort: "low", max_completion_tokens: 2000 }) },
    { name: "minimal effort", run: () => ask({ reasoning_effort: "minimal", verbosity: "low" }) },
    {
      name: "developer message",
      run: () =>
        ask({
          messages: [
            { role: "developer", content: instructions },
            { role: "user", content: "hello" },
          ],
        }),
    },
    { name: "log probabilities", run: () => ask({ logprobs: true, top_logprobs: 3 }) },
    {
      name: "json mode",
      run: () =>
        ask({ response_format: { type: "json_object" }, messages: [{ role: "user", content: "Answer in JSON" }] }),
    },
    {
      name: "json schema",
      run: () =>
        ask({
          response_format: { type: "json_schema", json_schema: { name: "place", strict: true, schema: closedSchema } },
        }),
    },
    { name: "prompt cache key", run: () => ask({ prompt_cache_key: "conversation-1", service_tier: "auto" }) },
    {
      name: "image",
      run: () =>
        ask({
          messages: [
            {
              role: "user",
              content: [
                { type: "text", text: "what is this" },
                { type: "image_url", image_url: { url: `data:image/png;base64,${pixel}` } },
              ],
            },
          ],
        }),
    },
    { name: "strict tools", run: () => ask({ tools: [strict], tool_choice: "auto", parallel_tool_calls: false }) },
    {
      name: "forced tool",
      run: () => ask({ tools: [weather], tool_choice: { type: "function", function: { name: "get_weather" } } }),
    },
    {
      name: "tool results",
      async run() {
        const user = { role: "user" as const, content: question };
        const first = await client.chat.completions.create({ model: "some-model", messages: [user], tools: [weather] });
        const message = first.choices[0]?.message;
        if (message === undefined) throw new Error("no answer");
        const results = (message.tool_calls ?? []).map((call) => ({
          role: "tool" as const,
          tool_call_id: call.id,
          content: "sunny",
        }));
        await ask({ messages: [user, message, ...results], tools: [weather] });
      },
    },
    {
      name: "later question after tool results",
      run: () =>
        ask({
          tools: [weather],
          messages: [
            { role: "user", content: "weather?" },
            {
              role: "assistant",
              content: null,
              tool_calls: [
                {
                  id: "call_AbCdEfGhIjKlMnOpQrStUvWx",
                  type: "function",
                  function: { name: "get_weather", arguments: "{}" },
                },
              ],
            },
            { role: "tool", tool_call_id: "call_AbCdEfGhIjKlMnOpQrStUvWx", content: "sunny" },
            { role: "user", content: "and tomorrow?" },
          ],
        }),
    },
    { name: "highest effort", run: () => ask({ reasoning_effort: "xhigh" }) },
    { name: "no effort", run: () => ask({ reasoning_effort: "none", temperature: 0.5 }) },
    { name: "effort with tools", run: () => ask({ reasoning_effort: "medium", tools: [weather] }) },
    { name: "long answer", run: () => ask({ max_tokens: 100_000 }) },
    { name: "long answer by the newer name", run: () => ask({ max_completion_tokens: 8000 }) },
    { name: "metadata and a long user", run: () => ask({ metadata: { run: "1" }, user: `user_${"0".repeat(80)}` }) },
    {
      name: "cache markers as OpenRouter takes them",
      run: () => ask({ messages: [{ role: "user", content: [{ ...text, cache_control: { type: "ephemeral" } }] }] }),
    },
    {
      name: "reasoning of another provider given back",
      run: () =>
        ask({ messages: [hello, { role: "assistant", content: "Hi", reasoning_content: "A greeting" }, hello] }),
    },
    {
      name: "a tool of an MCP server",
      run: () =>
        ask({
          tools: [
            {
              ...weather,
              function: {
                name: `mcp__${"weather_".repeat(8)}server__get`,
                parameters: {
                  ...schema,
                  $schema: "http://json-schema.org/draft-07/schema#",
                  anyOf: [{ required: ["city"] }],
                },
              },
            },
          ],
        }),
    },
    { name: "prefill", run: () => ask({ messages: [hello, { role: "assistant", content: "{" }] }) },
    {
      name: "two questions in a row",
      run: () =>
        ask({
          messages: [
            { role: "user", content: "hello" },
            { role: "user", content: "are you there?" },
          ],
        }),
    },
  ];
}
