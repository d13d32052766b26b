import OpenAI from "openai";
import { closedSchema, instructions, pixel, question, type Run, schema } from "./example.ts";

/** What applications send to Responses with the official SDK, by the examples of its documentation. */
export function openaiResponses(url: string): readonly Run[] {
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: "sk-any", maxRetries: 0 });
  const ask = (more: object) => client.responses.create({ model: "some-model", input: "hello", ...more });
  const weather = {
    type: "function",
    name: "get_weather",
    description: "The weather",
    parameters: schema,
    strict: null,
  };
  const user = { role: "user", content: question };
  const toolTurn = async (more: object) => {
    const first = await ask({ input: [user], tools: [weather], ...more });
    const results = first.output.flatMap((item) =>
      item.type === "function_call" ? [{ type: "function_call_output", call_id: item.call_id, output: "sunny" }] : [],
    );
    return ask({ input: [user, ...first.output, ...results], tools: [weather], ...more });
  };
  return [
    { name: "plain", run: () => ask({}) },
    { name: "instructions", run: () => ask({ instructions }) },
    { name: "streamed", run: () => ask({ stream: true }) },
    { name: "sampling", run: () => ask({ temperature: 0.7, top_p: 0.9, max_output_tokens: 500 }) },
    { name: "stateless", run: () => ask({ store: false, include: ["reasoning.encrypted_content"] }) },
    { name: "effort", run: () => ask({ reasoning: { effort: "low", summary: "auto" } }) },
    { name: "verbosity", run: () => ask({ text: { verbosity: "low" } }) },
    { name: "JSON mode", run: () => ask({ input: "Answer in JSON", text: { format: { type: "json_object" } } }) },
    {
      name: "structured output",
      run: () => ask({ text: { format: { type: "json_schema", name: "place", schema: closedSchema, strict: true } } }),
    },
    {
      name: "developer and system messages",
      run: () =>
        ask({
          input: [
            { role: "developer", content: instructions },
            { role: "user", content: "hello" },
            { role: "assistant", content: "Hi." },
            { role: "system", content: "Be brief." },
            { role: "user", content: [{ type: "input_text", text: "again" }] },
          ],
        }),
    },
    {
      name: "image",
      run: () =>
        ask({
          input: [
            {
              role: "user",
              content: [
                { type: "input_text", text: "What is this?" },
                { type: "input_image", image_url: `data:image/png;base64,${pixel}`, detail: "low" },
              ],
            },
          ],
        }),
    },
    { name: "tools", run: () => toolTurn({}) },
    { name: "tools, one at a time", run: () => toolTurn({ parallel_tool_calls: false, tool_choice: "auto" }) },
    { name: "strict tools", run: () => toolTurn({ tools: [{ ...weather, parameters: closedSchema, strict: true }] }) },
    {
      name: "forced tool",
      run: () => ask({ tools: [weather], tool_choice: { type: "function", name: "get_weather" } }),
    },
    { name: "any tool", run: () => ask({ tools: [weather], tool_choice: "required" }) },
    { name: "no tool", run: () => ask({ tools: [weather], tool_choice: "none" }) },
    {
      name: "custom tool",
      run: () => ask({ tools: [{ type: "custom", name: "run", description: "Runs code", format: { type: "text" } }] }),
    },
    {
      name: "cache and user",
      run: () => ask({ prompt_cache_key: "0123abcd", safety_identifier: "user-1", metadata: { a: "b" } }),
    },
    { name: "reasoning and tools", run: () => toolTurn({ reasoning: { effort: "medium" }, store: false }) },
  ];
}
