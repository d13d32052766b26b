import { isRecord, recordsOf, textIn } from "../fake-provider/reply.ts";
import { readAllSse } from "../harness/read-sse.ts";
import type { Client } from "./talk.ts";

type Item = { readonly [key: string]: unknown };

/** Keeps nothing at the provider: the output of an answer goes back as it came, encrypted reasoning included. */
export const responsesClient: Client = {
  name: "openai-responses",
  dialect: "openai-responses",
  keepsState: true,
  begin(instructions, tools) {
    const input: Item[] = [];
    return {
      say(text, media) {
        const parts = media && [
          { type: "input_text", text },
          { type: "input_image", detail: "auto", image_url: `data:image/png;base64,${media.png}` },
          { type: "input_file", filename: media.title, file_data: `data:application/pdf;base64,${media.pdf}` },
        ];
        input.push({ role: "user", content: parts ?? text });
      },
      answer(results) {
        for (const { call, text } of results)
          input.push({ type: "function_call_output", call_id: call.id, output: text });
      },
      request: (model, form) => ({
        path: "/v1/responses",
        body: {
          model,
          instructions,
          input: structuredClone(input),
          reasoning: { effort: "low", summary: "auto" },
          include: ["reasoning.encrypted_content"],
          store: false,
          max_output_tokens: 8000,
          tools: tools.map(({ schema, ...tool }) => ({ type: "function", ...tool, parameters: schema, strict: false })),
          ...(form === "stream" && { stream: true }),
        },
      }),
      async take(response, form) {
        const output = form === "stream" ? await collect(response) : await whole(response);
        input.push(...output);
        const calls = output.filter(({ type }) => type === "function_call");
        return {
          text: textIn(output.filter(({ type }) => type === "message")),
          reasoning: output
            .map(({ content, summary, type }) => (type === "reasoning" ? textIn(content) || textIn(summary) : ""))
            .join(""),
          calls: calls.map((call) => ({
            id: String(call.call_id),
            name: String(call.name),
            arguments: JSON.parse(String(call.arguments)),
          })),
        };
      },
    };
  },
};

async function whole(response: Response): Promise<readonly Item[]> {
  const body: unknown = await response.json();
  return outputOf(body);
}

/** The last event has all of it; the items that came before must be the same. */
async function collect(response: Response): Promise<readonly Item[]> {
  const { events, error } = await readAllSse(response);
  const last: unknown = JSON.parse(events.at(-1)?.data ?? "null");
  if (error !== undefined || !isRecord(last) || last.type !== "response.completed")
    throw new Error(`Broken stream: ${error ?? JSON.stringify(last)}`);
  const items = events.map(({ data }): unknown => JSON.parse(data)).filter(isRecord);
  for (const [index, { sequence_number: number }] of items.entries())
    if (number !== index) throw new Error(`Event ${index} is number ${number}`);
  const done = items.filter(({ type }) => type === "response.output_item.done").map(({ item }) => item);
  const output = outputOf(last.response);
  if (!Bun.deepEquals(done, [...output])) throw new Error(`Items differ: ${JSON.stringify([done, output])}`);
  return output;
}

function outputOf(response: unknown): readonly Item[] {
  if (!isRecord(response) || response.status !== "completed") throw new Error(`Not whole: ${JSON.stringify(response)}`);
  return recordsOf(response.output);
}
