import { isObject, type JsonObject, objectsOf, textOf } from "../json";
import type { Part, ToolOffer, Turn } from "./conversation";

/** What a request of the Responses API says: instructions, then items, of which those of one speaker are one turn. */
export function responsesTurns({ instructions, input }: JsonObject): readonly Turn[] {
  const said = textOf(instructions);
  const text = textOf(input);
  return [
    ...(said === undefined || said === "" ? [] : [{ role: "system", parts: [textPart(said)] }]),
    ...(text === undefined ? itemTurns(objectsOf(input)) : [{ role: "user", parts: [textPart(text)] }]),
  ];
}

export function responsesTools({ tools }: JsonObject): readonly ToolOffer[] {
  return objectsOf(tools).map((tool) => ({
    name: textOf(tool.name) ?? textOf(tool.type) ?? "tool",
    description: textOf(tool.description) ?? "",
    schema: tool.parameters ?? tool,
  }));
}

export function responsesAnswer({ output }: JsonObject): readonly Turn[] {
  return itemTurns(objectsOf(output));
}

/** The answer that the events of a stream amount to: the whole one at its end, else the items that are complete, else texts. */
export function responsesStreamed(events: readonly JsonObject[]): readonly Turn[] {
  const last = events.findLast(({ response }) => isObject(response) && objectsOf(response.output).length > 0);
  if (last !== undefined && isObject(last.response)) return responsesAnswer(last.response);
  const items = events.filter(({ type }) => type === "response.output_item.done").map(({ item }) => item);
  if (items.length > 0) return itemTurns(objectsOf(items));
  const deltas = events.filter(({ type }) => type === "response.output_text.delta").map(({ delta }) => textOf(delta));
  return [{ role: "assistant", parts: deltas.length === 0 ? [] : [textPart(deltas.join(""))] }];
}

function itemTurns(items: readonly JsonObject[]): readonly Turn[] {
  const turns: { role: string; parts: Part[] }[] = [];
  for (const item of items) {
    const role = textOf(item.role) ?? (/output$/.test(textOf(item.type) ?? "") ? "tool" : "assistant");
    const last = turns.at(-1);
    if (last?.role === role && role !== "user") last.parts.push(...itemParts(item));
    else turns.push({ role, parts: [...itemParts(item)] });
  }
  return turns;
}

function itemParts(item: JsonObject): readonly Part[] {
  const type = textOf(item.type) ?? "message";
  const id = textOf(item.call_id) ?? "";
  if (type === "message") return contentParts(item.content);
  if (type === "reasoning") {
    const text = objectsOf(item.summary)
      .concat(objectsOf(item.content))
      .flatMap((part) => textOf(part.text) ?? [])
      .join("\n\n");
    return [{ kind: "reasoning", text: text === "" ? "(not shown by the provider)" : text }];
  }
  if (type === "function_call" || type === "custom_tool_call") {
    const input = textOf(item.arguments) ?? textOf(item.input) ?? "";
    return [{ kind: "call", id, name: textOf(item.name) ?? "tool", input }];
  }
  if (type === "function_call_output" || type === "custom_tool_call_output")
    return [{ kind: "result", id, parts: contentParts(item.output), failed: false }];
  return [{ kind: "other", value: item }];
}

function contentParts(content: unknown): readonly Part[] {
  const text = textOf(content);
  if (text !== undefined) return text === "" ? [] : [textPart(text)];
  return objectsOf(content).map((part): Part => {
    const said = textOf(part.text) ?? textOf(part.refusal);
    if (said !== undefined) return textPart(said);
    if (part.type === "input_image")
      return { kind: "media", what: "Image", source: textOf(part.image_url) ?? textOf(part.file_id) ?? "" };
    if (part.type === "input_file") {
      const source = textOf(part.filename) ?? textOf(part.file_id) ?? textOf(part.file_url) ?? "inline";
      return { kind: "media", what: "Document", source };
    }
    return { kind: "other", value: part };
  });
}

function textPart(text: string): Part {
  return { kind: "text", text };
}
