import { afterAll, expect, test } from "bun:test";
import { startJudge } from "../harness/start-judge.ts";
import { pairs, startPair } from "./start-pair.ts";

const judges = {
  "/v1/chat/completions": await startJudge("openai-chat"),
  "/v1/messages": await startJudge("anthropic-messages"),
};
afterAll(async () => {
  for (const judge of Object.values(judges)) await judge?.stop();
});
const { gateway, provider, story } = await startPair();
const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const parameters = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };

/** Each request in both dialects. */
const requests: readonly { readonly name: string; readonly chat: object; readonly messages: object }[] = [
  {
    name: "sampling, stop sequences, system and a user id",
    chat: {
      messages: [
        { role: "system", content: "Be brief" },
        { role: "user", content: "hello" },
      ],
      temperature: 0.3,
      top_p: 0.9,
      stop: ["END"],
      max_tokens: 100,
      user: "user-1",
    },
    messages: {
      system: "Be brief",
      messages: [{ role: "user", content: "hello" }],
      temperature: 0.3,
      stop_sequences: ["END"],
      max_tokens: 100,
      metadata: { user_id: "user-1" },
    },
  },
  {
    name: "tools, a call, its result and a streamed answer",
    chat: {
      stream: true,
      tools: [{ type: "function", function: { name: "get_weather", description: "Weather", parameters } }],
      tool_choice: "auto",
      messages: [
        { role: "user", content: "weather?" },
        {
          role: "assistant",
          content: null,
          tool_calls: [
            { id: "call_1", type: "function", function: { name: "get_weather", arguments: '{"city":"Paris"}' } },
          ],
        },
        { role: "tool", tool_call_id: "call_1", content: "sunny" },
      ],
    },
    messages: {
      stream: true,
      max_tokens: 100,
      tools: [{ name: "get_weather", description: "Weather", input_schema: parameters }],
      tool_choice: { type: "auto" },
      messages: [
        { role: "user", content: "weather?" },
        {
          role: "assistant",
          content: [{ type: "tool_use", id: "toolu_1", name: "get_weather", input: { city: "Paris" } }],
        },
        { role: "user", content: [{ type: "tool_result", tool_use_id: "toolu_1", content: "sunny" }] },
      ],
    },
  },
  {
    name: "an image, structured output and reasoning",
    chat: {
      max_completion_tokens: 5000,
      reasoning_effort: "low",
      response_format: {
        type: "json_schema",
        json_schema: { name: "place", strict: true, schema: { ...parameters, additionalProperties: false } },
      },
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "what?" },
            { type: "image_url", image_url: { url: `data:image/png;base64,${pixel}` } },
          ],
        },
      ],
    },
    messages: {
      max_tokens: 5000,
      thinking: { type: "enabled", budget_tokens: 1024 },
      output_config: { format: { type: "json_schema", schema: { ...parameters, additionalProperties: false } } },
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "what?" },
            { type: "image", source: { type: "base64", media_type: "image/png", data: pixel } },
          ],
        },
      ],
    },
  },
];

for (const { name, chat, messages } of requests) {
  for (const { path, model } of pairs) {
    test.skipIf(!judges["/v1/messages"])(
      `${name}: what the gateway sends for ${model} on ${path} is right by the provider's own description`,
      async () => {
        await provider.reset();
        const response = await gateway.post(path, { model, ...(path === "/v1/messages" ? messages : chat) });
        const text = await response.text();
        expect(response.status, `${text}\n${await story()}`).toBe(200);
        const [seen] = await provider.log();
        const sentTo = seen?.path === "/v1/messages" ? "/v1/messages" : "/v1/chat/completions";
        const problems = await judges[sentTo]?.problems(sentTo, seen?.body ?? "", seen?.headers ?? {});
        expect(problems, `the provider saw: ${seen?.body}`).toEqual([]);
      },
    );
  }
}
