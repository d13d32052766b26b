import { isObject, type JsonObject, objectsOf, textOf } from "../json";
import type { Part, ToolOffer, Turn } from "./conversation";

/** What a request of Bedrock's Converse says. */
export function converseTurns({ system, messages }: JsonObject): readonly Turn[] {
  const first = blocksOf(system);
  const turns = objectsOf(messages).map(turnOf);
  return first.length === 0 ? turns : [{ role: "system", parts: first }, ...turns];
}

export function converseTools({ toolConfig }: JsonObject): readonly ToolOffer[] {
  return objectsOf(isObject(toolConfig) ? toolConfig.tools : undefined).flatMap(({ toolSpec: tool }) => {
    if (!isObject(tool)) return [];
    const { name, description, inputSchema } = tool;
    const schema = isObject(inputSchema) ? inputSchema.json : inputSchema;
    return [{ name: textOf(name) ?? "tool", description: textOf(description) ?? "", schema }];
  });
}

export function converseAnswer({ output }: JsonObject): readonly Turn[] {
  return isObject(output) && isObject(output.message) ? [turnOf(output.message)] : [];
}

/** A block of an answer as its pieces come. */
type Block = { text: string; reasoning: string; call?: { id: string; name: string; input: string } };

/** The answer that the events of a stream amount to. */
export function converseStreamed(events: readonly JsonObject[]): readonly Turn[] {
  const blocks = new Map<unknown, Block>();
  for (const { contentBlockIndex, start, delta } of events) {
    const block = blocks.get(contentBlockIndex) ?? { text: "", reasoning: "" };
    if (isObject(start) && isObject(start.toolUse)) {
      const { toolUseId, name } = start.toolUse;
      block.call = { id: textOf(toolUseId) ?? "", name: textOf(name) ?? "tool", input: "" };
    }
    if (isObject(delta)) addDelta(block, delta);
    if (contentBlockIndex !== undefined) blocks.set(contentBlockIndex, block);
  }
  return [{ role: "assistant", parts: [...blocks.values()].flatMap(partsOfBlock) }];
}

function addDelta(block: Block, { text, reasoningContent, toolUse }: JsonObject): void {
  block.text += textOf(text) ?? "";
  if (isObject(reasoningContent)) block.reasoning += textOf(reasoningContent.text) ?? "";
  if (block.call !== undefined && isObject(toolUse)) block.call.input += textOf(toolUse.input) ?? "";
}

function partsOfBlock({ text, reasoning, call }: Block): readonly Part[] {
  if (call !== undefined) return [{ kind: "call", ...call, input: call.input === "" ? "{}" : call.input }];
  if (reasoning !== "") return [{ kind: "reasoning", text: reasoning }];
  return text === "" ? [] : [{ kind: "text", text }];
}

function turnOf({ role, content }: JsonObject): Turn {
  return { role: textOf(role) ?? "unknown", parts: blocksOf(content) };
}

function blocksOf(content: unknown): readonly Part[] {
  return objectsOf(content).map(partOf);
}

function partOf(block: JsonObject): Part {
  const text = textOf(block.text);
  if (text !== undefined) return { kind: "text", text };
  const { toolUse, toolResult, reasoningContent, image, document, audio, video, json } = block;
  if (isObject(toolUse)) {
    const { toolUseId, name, input } = toolUse;
    return {
      kind: "call",
      id: textOf(toolUseId) ?? "",
      name: textOf(name) ?? "tool",
      input: JSON.stringify(input ?? {}),
    };
  }
  if (isObject(toolResult)) {
    const { toolUseId, content, status } = toolResult;
    return { kind: "result", id: textOf(toolUseId) ?? "", parts: blocksOf(content), failed: status === "error" };
  }
  if (isObject(reasoningContent)) {
    const said = isObject(reasoningContent.reasoningText) ? textOf(reasoningContent.reasoningText.text) : undefined;
    return { kind: "reasoning", text: said ?? "(encrypted by the provider)" };
  }
  if (isObject(image)) return { kind: "media", what: "Image", source: sourceOf(image, "image") };
  if (isObject(document))
    return { kind: "media", what: "Document", source: textOf(document.name) ?? sourceOf(document, "application") };
  if (isObject(audio)) return { kind: "media", what: "Audio", source: sourceOf(audio, "audio") };
  if (isObject(video)) return { kind: "media", what: "Video", source: sourceOf(video, "video") };
  // In a result.
  if (json !== undefined) return { kind: "text", text: JSON.stringify(json, undefined, 2) };
  return { kind: "other", value: block };
}

function sourceOf({ format, source }: JsonObject, kind: string): string {
  if (!isObject(source)) return "";
  const bytes = textOf(source.bytes);
  if (bytes !== undefined) return `data:${kind}/${textOf(format) ?? ""};base64,${bytes}`;
  return (isObject(source.s3Location) ? textOf(source.s3Location.uri) : undefined) ?? textOf(source.text) ?? "";
}
