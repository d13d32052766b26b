import { crc32 } from "node:zlib";
import { isRecord, recordsOf } from "../fake-provider/reply.ts";
import type { Client } from "./talk.ts";

type Block = { [key: string]: unknown };

/** Sends the blocks of a message back as they came; of a stream, as AWS's examples put them together. */
export const converseClient: Client = {
  name: "bedrock-converse",
  dialect: "bedrock-converse",
  keepsState: true,
  begin(system, tools) {
    const messages: { role: string; content: readonly unknown[] }[] = [];
    return {
      say(text, media) {
        const content: object[] = [{ text }];
        if (media !== undefined)
          content.push(
            { image: { format: "png", source: { bytes: media.png } } },
            { document: { format: "pdf", name: "Bericht Nr 1 (neu)", source: { bytes: media.pdf } } },
          );
        messages.push({ role: "user", content });
      },
      answer(results) {
        const content = results.map(({ call, text }) => ({
          toolResult: { toolUseId: call.id, content: [{ text }], status: "success" },
        }));
        messages.push({ role: "user", content });
      },
      request: (model, form) => ({
        path: `/bedrock/model/${encodeURIComponent(model)}/${form === "stream" ? "converse-stream" : "converse"}`,
        body: {
          system: [{ text: system }],
          messages: structuredClone(messages),
          inferenceConfig: { maxTokens: 8000 },
          additionalModelRequestFields: /^(?:bedrock\/)?amazon\.nova/.test(model)
            ? { reasoningConfig: { type: "enabled", maxReasoningEffort: "low" } }
            : { thinking: { type: "enabled", budget_tokens: 2000 } },
          toolConfig: {
            tools: tools.map(({ schema, ...tool }) => ({ toolSpec: { ...tool, inputSchema: { json: schema } } })),
          },
        },
      }),
      async take(response, form) {
        const blocks = form === "stream" ? await collect(response) : await whole(response);
        messages.push({ role: "assistant", content: blocks });
        const calls = blocks.map(({ toolUse }) => toolUse).filter(isRecord);
        return {
          text: blocks.map(({ text }) => text ?? "").join(""),
          reasoning: blocks.map(reasoningOf).join(""),
          calls: calls.map(({ input, name, toolUseId }) => ({
            id: String(toolUseId),
            name: String(name),
            arguments: input,
          })),
        };
      },
    };
  },
};

function reasoningOf({ reasoningContent: content }: Block): string {
  const said = isRecord(content) && isRecord(content.reasoningText) ? content.reasoningText : {};
  return String(said.text ?? "");
}

async function whole(response: Response): Promise<readonly Block[]> {
  const body: unknown = await response.json();
  const message = isRecord(body) && isRecord(body.output) && isRecord(body.output.message) ? body.output.message : {};
  return recordsOf(message.content);
}

async function collect(response: Response): Promise<readonly Block[]> {
  const blocks: Block[] = [];
  const json = new Map<number, string>();
  let last = "";
  for (const { headers, body } of frames(Buffer.from(await response.arrayBuffer()))) {
    if (headers.get(":message-type") !== "event") throw new Error(`Broken stream: ${body}`);
    last = headers.get(":event-type") ?? "";
    const event: unknown = JSON.parse(body);
    if (isRecord(event)) take(last, event, blocks, json);
  }
  if (last !== "metadata") throw new Error(`Broken stream: it ends with ${last}`);
  return blocks;
}

/** https://smithy.io/2.0/aws/amazon-eventstream.html; headers here are texts. */
function* frames(bytes: Buffer): Generator<{ readonly headers: ReadonlyMap<string, string>; readonly body: string }> {
  for (let at = 0; at < bytes.length; ) {
    const end = at + bytes.readUInt32BE(at);
    const bodyAt = at + 12 + bytes.readUInt32BE(at + 4);
    if (bytes.readUInt32BE(end - 4) !== crc32(bytes.subarray(at, end - 4))) throw new Error("A checksum is wrong");
    const headers = new Map<string, string>();
    for (let from = at + 12; from < bodyAt; ) {
      const nameEnd = from + 1 + bytes.readUInt8(from);
      const valueEnd = nameEnd + 3 + bytes.readUInt16BE(nameEnd + 1);
      headers.set(bytes.toString("utf8", from + 1, nameEnd), bytes.toString("utf8", nameEnd + 3, valueEnd));
      from = valueEnd;
    }
    yield { headers, body: bytes.toString("utf8", bodyAt, end - 4) };
    at = end;
  }
}

function take(name: string, event: Block, blocks: Block[], json: Map<number, string>): void {
  const index = Number(event.contentBlockIndex);
  const { delta, start } = event;
  if (name === "contentBlockStart" && isRecord(start) && isRecord(start.toolUse))
    blocks[index] = { toolUse: { ...start.toolUse, input: {} } };
  if (name === "contentBlockDelta" && isRecord(delta)) grow(delta, index, blocks, json);
  const call = blocks[index]?.toolUse;
  if (name === "contentBlockStop" && isRecord(call))
    blocks[index] = { toolUse: { ...call, input: JSON.parse(json.get(index) || "{}") } };
}

function grow(delta: Block, index: number, blocks: Block[], json: Map<number, string>): void {
  if (typeof delta.text === "string") blocks[index] = { text: String(blocks[index]?.text ?? "") + delta.text };
  if (isRecord(delta.toolUse)) json.set(index, (json.get(index) ?? "") + delta.toolUse.input);
  const { reasoningContent: grown } = delta;
  if (!isRecord(grown)) return;
  if (grown.redactedContent !== undefined) blocks[index] = { reasoningContent: grown };
  else {
    const { signature, text } = grown;
    const said: Block = { text: reasoningOf(blocks[index] ?? {}) + (text ?? "") };
    if (signature !== undefined) said.signature = signature;
    blocks[index] = { reasoningContent: { reasoningText: said } };
  }
}
