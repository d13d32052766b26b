import { isRecord, recordsOf, textIn } from "../fake-provider/reply.ts";
import { readAllSse } from "../harness/read-sse.ts";
import type { Client } from "./talk.ts";

type Block = { [key: string]: unknown };

/** Sends the blocks of an answer back as they came. */
export const messagesClient: Client = {
  name: "anthropic-messages",
  dialect: "anthropic-messages",
  keepsState: true,
  begin(system, tools) {
    const messages: { role: string; content: unknown }[] = [];
    return {
      say(text, media) {
        const source = (media_type: string, data: string) => ({ type: "base64", media_type, data });
        const blocks = media && [
          { type: "image", source: source("image/png", media.png) },
          { type: "document", source: source("application/pdf", media.pdf), title: media.title },
          { type: "text", text },
        ];
        messages.push({ role: "user", content: blocks ?? text });
      },
      answer(results) {
        const content = results.map(({ call, text }) => ({ type: "tool_result", tool_use_id: call.id, content: text }));
        messages.push({ role: "user", content });
      },
      request: (model, form) => ({
        path: "/v1/messages",
        headers: { "anthropic-version": "2023-06-01" },
        body: {
          model,
          system,
          messages: structuredClone(messages),
          max_tokens: 8000,
          thinking: { type: "enabled", budget_tokens: 2000 },
          tools: tools.map(({ schema, ...tool }) => ({ ...tool, input_schema: schema })),
          ...(form === "stream" && { stream: true }),
        },
      }),
      async take(response, form) {
        const blocks = form === "stream" ? await collect(response) : await whole(response);
        messages.push({ role: "assistant", content: blocks });
        return {
          text: textIn(blocks.filter(({ type }) => type === "text")),
          reasoning: blocks.map(({ thinking }) => (typeof thinking === "string" ? thinking : "")).join(""),
          calls: blocks
            .filter(({ type }) => type === "tool_use")
            .map(({ id, input, name }) => ({ id: String(id), name: String(name), arguments: input })),
        };
      },
    };
  },
};

async function whole(response: Response): Promise<readonly Block[]> {
  const body: unknown = await response.json();
  return recordsOf(isRecord(body) ? body.content : undefined);
}

async function collect(response: Response): Promise<readonly Block[]> {
  const { events, error } = await readAllSse(response);
  if (error !== undefined || events.at(-1)?.event !== "message_stop")
    throw new Error(`Broken stream: ${error ?? JSON.stringify(events.at(-1))}`);
  const blocks: Block[] = [];
  const json = new Map<number, string>();
  for (const { data } of events) {
    const event: unknown = JSON.parse(data);
    if (!isRecord(event)) continue;
    const index = Number(event.index);
    const block = blocks[index];
    if (event.type === "content_block_start" && isRecord(event.content_block))
      blocks[index] = { ...event.content_block };
    if (event.type === "content_block_delta" && isRecord(event.delta) && block) grow(block, event.delta, json, index);
    if (event.type === "content_block_stop" && block?.type === "tool_use")
      block.input = JSON.parse(json.get(index) || "{}");
  }
  return blocks;
}

function grow(block: Block, delta: Block, json: Map<number, string>, index: number): void {
  if (delta.type === "input_json_delta") json.set(index, (json.get(index) ?? "") + delta.partial_json);
  if (delta.type === "text_delta") block.text = String(block.text ?? "") + delta.text;
  if (delta.type === "thinking_delta") block.thinking = String(block.thinking ?? "") + delta.thinking;
  if (delta.type === "signature_delta") block.signature = delta.signature;
}
