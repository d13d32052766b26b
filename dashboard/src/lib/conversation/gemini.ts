import { isObject, type JsonObject, objectsOf, textOf } from "../json";
import type { Part, ToolOffer, Turn } from "./conversation";

/** What a request of Gemini's API says. Its fields are written in either case. */
export function geminiTurns(body: JsonObject): readonly Turn[] {
  const system = partsOf(objectOf(body.systemInstruction ?? body.system_instruction));
  const turns = contentsOf(body.contents).map((content) => ({
    role: content.role === "model" ? "assistant" : (textOf(content.role) ?? "user"),
    parts: partsOf(content),
  }));
  return system.length === 0 ? turns : [{ role: "system", parts: system }, ...turns];
}

export function geminiTools({ tools }: JsonObject): readonly ToolOffer[] {
  return objectsOf(tools)
    .flatMap((tool) => {
      const declared = objectsOf(tool.functionDeclarations ?? tool.function_declarations);
      return declared.length > 0 ? declared : [{ name: Object.keys(tool)[0], ...tool }];
    })
    .map((tool) => ({
      name: textOf(tool.name) ?? "tool",
      description: textOf(tool.description) ?? "",
      schema: tool.parametersJsonSchema ?? tool.parameters ?? tool,
    }));
}

export function geminiAnswer({ candidates }: JsonObject): readonly Turn[] {
  return objectsOf(candidates).map(({ content }) => ({ role: "assistant", parts: partsOf(objectOf(content)) }));
}

/** Why there is no answer, where the prompt was blocked. */
export function blockedPrompt({ promptFeedback }: JsonObject): string | undefined {
  const { blockReason, blockReasonMessage } = objectOf(promptFeedback);
  const reason = textOf(blockReason);
  const message = textOf(blockReasonMessage);
  if (reason === undefined) return undefined;
  return `The provider blocked the prompt: ${reason}${message === undefined ? "" : ` (${message})`}`;
}

/** The answer that the events of a stream amount to: texts that follow each other are one. */
export function geminiStreamed(events: readonly JsonObject[]): readonly Turn[] {
  const parts: Part[] = [];
  for (const part of events.flatMap(geminiAnswer).flatMap((turn) => turn.parts)) {
    const last = parts.at(-1);
    const isMore = (part.kind === "text" || part.kind === "reasoning") && last?.kind === part.kind;
    if (isMore && "text" in last) parts[parts.length - 1] = { kind: part.kind, text: last.text + part.text };
    else parts.push(part);
  }
  return [{ role: "assistant", parts }];
}

/** One content may stand without its list. */
function contentsOf(contents: unknown): readonly JsonObject[] {
  return isObject(contents) ? [contents] : objectsOf(contents);
}

function partsOf({ parts }: JsonObject): readonly Part[] {
  return (isObject(parts) ? [parts] : objectsOf(parts)).map(partOf);
}

function partOf(part: JsonObject): Part {
  const text = textOf(part.text);
  if (text !== undefined) return { kind: part.thought === true ? "reasoning" : "text", text };
  const call = part.functionCall ?? part.function_call;
  if (isObject(call))
    return { kind: "call", id: idOf(call), name: textOf(call.name) ?? "tool", input: JSON.stringify(call.args ?? {}) };
  const result = part.functionResponse ?? part.function_response;
  if (isObject(result)) {
    const said: Part = { kind: "text", text: JSON.stringify(result.response ?? {}, undefined, 2) };
    return { kind: "result", id: idOf(result), parts: [said], failed: false };
  }
  const inline = part.inlineData ?? part.inline_data;
  if (isObject(inline)) {
    const type = textOf(inline.mimeType) ?? textOf(inline.mime_type) ?? "";
    return mediaOf(type, `data:${type};base64,${textOf(inline.data) ?? ""}`);
  }
  const file = part.fileData ?? part.file_data;
  if (isObject(file))
    return mediaOf(
      textOf(file.mimeType) ?? textOf(file.mime_type) ?? "",
      textOf(file.fileUri) ?? textOf(file.file_uri) ?? "",
    );
  return { kind: "other", value: part };
}

/** Most calls have none: then there is one of a name in a turn. */
function idOf(call: JsonObject): string {
  return textOf(call.id) ?? textOf(call.name) ?? "";
}

function mediaOf(type: string, source: string): Part {
  const what = type.startsWith("image/")
    ? "Image"
    : type.startsWith("audio/")
      ? "Audio"
      : type.startsWith("video/")
        ? "Video"
        : "Document";
  return { kind: "media", what, source };
}

function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}
