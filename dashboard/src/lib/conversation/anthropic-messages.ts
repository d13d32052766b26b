import { isObject, type JsonObject, objectsOf, textOf } from "../json";
import type { Part, ToolOffer, Turn } from "./conversation";

/** Messages of Anthropic's messages API, with the system prompt as the first turn. */
export function anthropicTurns(system: unknown, messages: unknown): readonly Turn[] {
  const first = blocksOf(system);
  const turns = objectsOf(messages).map(({ role, content }) => ({
    role: textOf(role) ?? "unknown",
    parts: blocksOf(content),
  }));
  return first.length === 0 ? turns : [{ role: "system", parts: first }, ...turns];
}

export function anthropicTools(tools: unknown): readonly ToolOffer[] {
  return objectsOf(tools).map((tool) => ({
    name: textOf(tool.name) ?? "tool",
    description: textOf(tool.description) ?? "",
    schema: tool.input_schema ?? tool,
  }));
}

export function anthropicAnswer(body: JsonObject): readonly Turn[] {
  return [{ role: "assistant", parts: blocksOf(body.content) }];
}

/** The answer that the events of a stream amount to. */
export function anthropicStreamed(events: readonly JsonObject[]): readonly Turn[] {
  const blocks: { [name: string]: unknown }[] = [];
  for (const { type, index, content_block, delta } of events) {
    const place = typeof index === "number" ? index : 0;
    if (type === "content_block_start" && isObject(content_block)) blocks[place] = { ...content_block };
    const block = blocks[place];
    if (type === "content_block_delta" && isObject(delta) && block !== undefined) addDelta(block, delta);
  }
  return [{ role: "assistant", parts: blocksOf(blocks.filter((block) => block !== undefined)) }];
}

function addDelta(block: { [name: string]: unknown }, delta: JsonObject): void {
  for (const [from, to] of [
    ["text", "text"],
    ["thinking", "thinking"],
    ["partial_json", "partial_input"],
  ] as const) {
    const piece = textOf(delta[from]);
    if (piece !== undefined) block[to] = (textOf(block[to]) ?? "") + piece;
  }
}

function blocksOf(content: unknown): readonly Part[] {
  if (typeof content === "string") return content === "" ? [] : [{ kind: "text", text: content }];
  return objectsOf(content).map(partOf);
}

function partOf(block: JsonObject): Part {
  const type = textOf(block.type) ?? "";
  if (type === "text") return { kind: "text", text: textOf(block.text) ?? "" };
  if (type === "thinking") return { kind: "reasoning", text: textOf(block.thinking) ?? "" };
  if (type === "redacted_thinking") return { kind: "reasoning", text: "(encrypted by the provider)" };
  if (type === "image") return { kind: "media", what: "Image", source: sourceOf(block.source) };
  if (type === "document") {
    return { kind: "media", what: "Document", source: textOf(block.title) ?? sourceOf(block.source) };
  }
  if (type === "tool_use" || type === "server_tool_use" || type === "mcp_tool_use") {
    const input = textOf(block.partial_input) ?? JSON.stringify(block.input ?? {});
    return { kind: "call", id: textOf(block.id) ?? "", name: textOf(block.name) ?? "tool", input };
  }
  const id = textOf(block.tool_use_id);
  if (id !== undefined) {
    const parts = isObject(block.content) ? blocksOf([block.content]) : blocksOf(block.content);
    return { kind: "result", id, parts, failed: block.is_error === true };
  }
  return { kind: "other", value: block };
}

/** An address, or data as an address. */
function sourceOf(source: unknown): string {
  if (!isObject(source)) return "";
  const data = textOf(source.data);
  if (source.type === "base64" && data !== undefined) return `data:${textOf(source.media_type) ?? ""};base64,${data}`;
  return textOf(source.url) ?? textOf(source.file_id) ?? textOf(source.type) ?? "";
}
