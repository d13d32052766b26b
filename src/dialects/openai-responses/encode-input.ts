import type { Message, Part } from "#core/completion";
import type { Json, JsonObject } from "#lib/json";
import type { Traits } from "#traits/vocabulary";
import { at } from "../fields";
import { textOfArguments } from "../free-form";
import { itemOfState } from "../reasoning-item";
import { spellDocument } from "../spell-document";
import { callIdFor } from "../target-ids";
import { encodePart } from "./encode-content";
import { dialect } from "./wire";

export type EncodedInput = {
  readonly input: readonly JsonObject[];
  /** Where the client's request has what each item says. */
  readonly paths: readonly string[];
};

/**
 * Writes messages as items, in their order: what is said becomes a message, calls, results and reasoning are items of their
 * own. What has no counterpart is named in `dropped`.
 */
export function encodeInput(messages: readonly Message[], traits: Traits, dropped: string[]): EncodedInput {
  const writer = new InputWriter(traits, dropped);
  for (const [index, message] of messages.entries()) writer.add(message, message.path ?? at("messages", index));
  return withoutLoneReasoning(writer, dropped);
}

/** OpenAI wants each piece of reasoning in front of what it led to: https://github.com/openai/openai-node/issues/1567 */
function withoutLoneReasoning(written: EncodedInput, dropped: string[]): EncodedInput {
  const { input, paths } = written;
  const isLone = input.map((item, index) => item.type === "reasoning" && !isOfModel(input, index + 1));
  if (!isLone.includes(true)) return written;
  for (const [index, path] of paths.entries()) if (isLone[index]) dropped.push(at(path, "content"));
  return {
    input: input.filter((_, index) => !isLone[index]),
    paths: paths.filter((_, index) => !isLone[index]),
  };
}

/** Whether what stands at or behind a place, past further reasoning, is the model's. */
function isOfModel(input: readonly JsonObject[], index: number): boolean {
  const item = input[index];
  if (item === undefined) return false;
  if (item.type === "reasoning") return isOfModel(input, index + 1);
  return item.role === "assistant" || (item.role === undefined && !String(item.type).endsWith("_output"));
}

type ToolResult = Extract<Part, { readonly type: "tool-result" }>;

class InputWriter implements EncodedInput {
  readonly input: JsonObject[] = [];
  readonly paths: string[] = [];
  /** Calls of free-form tools, whose results have a type of their own. */
  private readonly freeForm = new Set<string>();

  constructor(
    private readonly traits: Traits,
    private readonly dropped: string[],
  ) {}

  add(message: Message, path: string): void {
    const contentPath = path === "system" ? path : at(path, "content");
    const said: JsonObject[] = [];
    if (message.name !== undefined) this.dropped.push(at(path, "name"));
    for (const [index, part] of message.content.entries()) {
      if (part.type !== "reasoning" && "state" in part && part.state !== undefined)
        this.dropped.push(at(contentPath, index));
      if ("cache" in part && part.cache !== undefined) this.dropped.push("cache_control");
      const item = this.itemOf(part, at(contentPath, index));
      if (item !== undefined) {
        this.say(message, said, path);
        this.push(item, path);
      } else if (!apart.has(part.type)) this.addPart(part, at(contentPath, index), said);
    }
    this.say(message, said, path);
  }

  private push(item: JsonObject, path: string): void {
    this.input.push(item);
    this.paths.push(path);
  }

  /** What has come of a message so far. */
  private say(message: Message, said: JsonObject[], path: string): void {
    const { role } = message;
    const content = said.splice(0);
    if (content.length === 0) return;
    if (role !== "assistant") this.push({ role, content: textOrParts(content) }, path);
    // What an assistant said is given as plain text: as parts it would need the ids that it had.
    else for (const { text } of content) this.sayText(text, message, path);
  }

  private sayText(text: Json | undefined, message: Message, path: string): void {
    if (typeof text !== "string") this.dropped.push(at(path, "content"));
    else if (this.traits.message_phases === true)
      this.push({ role: "assistant", content: text, phase: phaseOf(message) }, path);
    else this.push({ role: "assistant", content: text }, path);
  }

  private addPart(part: Part, path: string, said: JsonObject[]): void {
    for (const each of spellDocument(part)) {
      const written = encodePart(each);
      if (written === undefined) this.dropped.push(path);
      else if (written.type !== "input_text" || written.text !== "") said.push(written);
    }
  }

  /** Undefined for a part of a message, and for what is dropped. */
  private itemOf(part: Part, path: string): JsonObject | undefined {
    switch (part.type) {
      case "tool-call":
        return this.encodeCall(part);
      case "tool-result":
        return this.encodeResult(part, path);
      case "reasoning": {
        const state = part.state && itemOfState(part.state);
        if (state === undefined) this.dropped.push(path);
        const summary = part.text === "" ? [] : [{ type: "summary_text", text: part.text }];
        return state && { type: "reasoning", id: state.id, summary, encrypted_content: state.data };
      }
      case "opaque":
        return part.dialect === dialect ? encodePart(part) : undefined;
      default:
        return undefined;
    }
  }

  private encodeCall(part: Extract<Part, { readonly type: "tool-call" }>): JsonObject {
    const id = callIdFor("64-characters", part.id);
    if (part.freeForm !== true)
      return {
        type: "function_call",
        call_id: id,
        name: part.name,
        arguments: part.arguments === "" ? "{}" : part.arguments,
      };
    this.freeForm.add(id);
    return { type: "custom_tool_call", call_id: id, name: part.name, input: textOfArguments(part.arguments) };
  }

  private encodeResult({ callId, content, isError }: ToolResult, path: string): JsonObject {
    const id = callIdFor("64-characters", callId);
    const said: JsonObject[] = [];
    for (const [index, part] of content.entries()) {
      if ("cache" in part && part.cache !== undefined) this.dropped.push("cache_control");
      this.addPart(part, at(at(path, "content"), index), said);
    }
    const type = this.freeForm.has(id) ? "custom_tool_call_output" : "function_call_output";
    return { type, call_id: id, output: textOrParts(isError ? markError(said) : said) };
  }
}

/** What is said on the way to calls, and what ends a turn: https://github.com/anomalyco/opencode/issues/15528 */
function phaseOf({ content }: Message): string {
  return content.some(({ type }) => type === "tool-call") ? "commentary" : "final_answer";
}

/** Parts that are items of their own, or nothing. */
const apart: ReadonlySet<Part["type"]> = new Set(["tool-call", "tool-result", "reasoning"]);

/** Texts alone are one text. */
function textOrParts(parts: readonly JsonObject[]): string | readonly JsonObject[] {
  const [only, second] = parts;
  if (only === undefined) return "";
  return second === undefined && typeof only.text === "string" ? only.text : parts;
}

/** There is no flag for a failed call here: its text says so, if it does not already. */
function markError(parts: readonly JsonObject[]): readonly JsonObject[] {
  const [first, ...others] = parts;
  if (first === undefined) return [{ type: "input_text", text: "Error" }];
  if (typeof first.text !== "string" || /\berror\b/i.test(first.text.slice(0, 40))) return parts;
  return [{ ...first, text: `Error: ${first.text}` }, ...others];
}
