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

function turnOf({ role, content }: JsonObject): Turn {
  return { role: textOf(role) ?? "unknown", parts: blocksOf(content) };
}

function blocksOf(content: unknown): readonly Part[] {
  return objectsOf(content).map(partOf);
}

function partOf(block: JsonObject): Part {
  const text = textOf(block.text);
  if (text !== undefined) return { kind: "text", text };
  const { toolUse, toolResult, reasoningContent, image, document } = block;
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
  return { kind: "other", value: block };
}

function sourceOf({ format, source }: JsonObject, kind: string): string {
  const bytes = isObject(source) ? textOf(source.bytes) : undefined;
  return bytes === undefined ? "" : `data:${kind}/${textOf(format) ?? ""};base64,${bytes}`;
}
