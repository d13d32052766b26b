import { isObject, type JsonObject, objectsOf, textOf } from "../json";
import type { Part, ToolOffer, Turn } from "./conversation";

/** Messages of OpenAI's chat completions. */
export function openaiTurns(messages: unknown): readonly Turn[] {
  return objectsOf(messages).map((message) => {
    const name = textOf(message.name);
    return { role: textOf(message.role) ?? "unknown", ...(name !== undefined && { name }), parts: partsOf(message) };
  });
}

export function openaiTools(tools: unknown): readonly ToolOffer[] {
  return objectsOf(tools).map((tool) => {
    const definition = isObject(tool.function) ? tool.function : tool;
    return {
      name: textOf(definition.name) ?? textOf(tool.type) ?? "tool",
      description: textOf(definition.description) ?? "",
      schema: definition.parameters ?? definition,
    };
  });
}

export function openaiAnswer(body: JsonObject): readonly Turn[] {
  return objectsOf(body.choices).flatMap(({ message, text }) => {
    if (isObject(message)) return openaiTurns([{ role: "assistant", ...message }]);
    return typeof text === "string" ? [{ role: "assistant", parts: [{ kind: "text", text }] }] : [];
  });
}

type Choice = { content: string; reasoning: string; refusal: string; calls: Map<number, Call> };
type Call = { id: string; name: string; input: string };

/** The answer that chunks of a stream amount to. */
export function openaiStreamed(chunks: readonly JsonObject[]): readonly Turn[] {
  const choices = new Map<number, Choice>();
  for (const chunk of chunks) {
    for (const { index, delta, text } of objectsOf(chunk.choices)) {
      const key = typeof index === "number" ? index : 0;
      const choice = choices.get(key) ?? { content: "", reasoning: "", refusal: "", calls: new Map() };
      choices.set(key, choice);
      if (isObject(delta)) addDelta(choice, delta);
      choice.content += textOf(text) ?? "";
    }
  }
  return [...choices.values()].map((choice) => ({ role: "assistant", parts: choiceParts(choice) }));
}

function addDelta(choice: Choice, delta: JsonObject): void {
  choice.content += textOf(delta.content) ?? "";
  choice.reasoning += textOf(delta.reasoning_content) ?? textOf(delta.reasoning) ?? "";
  choice.refusal += textOf(delta.refusal) ?? "";
  for (const piece of objectsOf(delta.tool_calls)) {
    const index = typeof piece.index === "number" ? piece.index : choice.calls.size;
    const call = choice.calls.get(index) ?? { id: "", name: "", input: "" };
    const called = isObject(piece.function) ? piece.function : {};
    call.id = textOf(piece.id) ?? call.id;
    call.name += textOf(called.name) ?? "";
    call.input += textOf(called.arguments) ?? "";
    choice.calls.set(index, call);
  }
}

function choiceParts({ content, reasoning, refusal, calls }: Choice): readonly Part[] {
  return [
    ...said("reasoning", reasoning),
    ...said("text", content),
    ...said("text", refusal),
    ...[...calls.values()].map((call): Part => ({ kind: "call", ...call })),
  ];
}

function said(kind: "text" | "reasoning", text: string): readonly Part[] {
  return text === "" ? [] : [{ kind, text }];
}

function partsOf(message: JsonObject): readonly Part[] {
  if (message.role === "tool") {
    const id = textOf(message.tool_call_id) ?? "";
    return [{ kind: "result", id, parts: contentParts(message.content), failed: false }];
  }
  return [
    ...said("reasoning", textOf(message.reasoning_content) ?? textOf(message.reasoning) ?? ""),
    ...contentParts(message.content),
    ...said("text", textOf(message.refusal) ?? ""),
    ...objectsOf(message.tool_calls).map(callOf),
  ];
}

function callOf(call: JsonObject): Part {
  const called = isObject(call.function) ? call.function : isObject(call.custom) ? call.custom : {};
  const input = textOf(called.arguments) ?? textOf(called.input) ?? "";
  return { kind: "call", id: textOf(call.id) ?? "", name: textOf(called.name) ?? "tool", input };
}

function contentParts(content: unknown): readonly Part[] {
  if (typeof content === "string") return said("text", content);
  return objectsOf(content).map((part): Part => {
    if (typeof part.text === "string") return { kind: "text", text: part.text };
    if (typeof part.refusal === "string") return { kind: "text", text: part.refusal };
    if (part.type === "image_url") {
      const source = isObject(part.image_url) ? textOf(part.image_url.url) : textOf(part.image_url);
      return { kind: "media", what: "Image", source: source ?? "" };
    }
    if (part.type === "input_audio" && isObject(part.input_audio))
      return { kind: "media", what: "Audio", source: `${textOf(part.input_audio.format) ?? "audio"}, inline` };
    if (part.type === "file" && isObject(part.file)) {
      const source = textOf(part.file.filename) ?? textOf(part.file.file_id) ?? "inline";
      return { kind: "media", what: "Document", source };
    }
    return { kind: "other", value: part };
  });
}
