import type { CompletionEvent } from "#core/completion";
import { arrayOf, isObject, type Json, type JsonObject, numberOf, stringOf } from "#lib/json";
import { writtenText } from "#lib/json-text";
import { argumentsEnd, argumentsPiece, argumentsStart } from "../free-form";
import { readLogprobs } from "../openai-logprobs";
import { readCitation } from "./citations";
import { readState } from "./reasoning-state";
import { dialect } from "./wire";

type Emit = (event: CompletionEvent) => void;

/** Where an answer's events go, and where its items get their places. */
export type ItemOutput = { readonly emit: Emit; readonly allot: () => number };

/**
 * Reads one item of an answer. A stream says everything three times (deltas, `done`, the whole item): what came already is
 * not told again, and what came in none of the deltas is.
 */
export type ItemReader = {
  readonly event: (type: string, event: JsonObject) => void;
  /** The item as it ended. */
  readonly done: (item: JsonObject) => void;
};

export function createItemReader(item: JsonObject, output: ItemOutput): ItemReader {
  switch (item.type) {
    case "message":
      return new MessageReader(output, item);
    case "reasoning":
      return new ReasoningReader(output, item);
    case "function_call":
    case "custom_tool_call":
      return new CallReader(output, item);
    default:
      return new OpaqueReader(output);
  }
}

/** A text that grows: the rest of what a `done` says, where deltas did not bring all of it. */
class Growing {
  private readonly index: number;
  private hasGrown = false;

  constructor(
    private readonly output: ItemOutput,
    kind: "text" | "refusal" | "reasoning" | "summary",
    itemId: string | undefined,
  ) {
    this.index = output.allot();
    const place = {
      type: "item-start",
      choice: 0,
      index: this.index,
      ...(itemId !== undefined && { itemId }),
    } as const;
    if (kind === "summary") output.emit({ ...place, kind: "reasoning", isSummary: true });
    else output.emit({ ...place, kind });
  }

  add(text: string, probs?: Json): void {
    const logprobs = readLogprobs(probs);
    this.hasGrown ||= text !== "";
    if (text === "" && logprobs.length === 0) return;
    const delta = { type: "text-delta", choice: 0, index: this.index, text } as const;
    this.output.emit(logprobs.length > 0 ? { ...delta, logprobs } : delta);
  }

  /** All of the text, where none of it came in deltas. */
  rest(text: string, probs?: Json): void {
    if (this.isEmpty) this.add(text, probs);
  }

  /** Nothing of the text came in deltas: of those that are known by their bytes (`ordinary-deltas.ts`) only the first is seen. */
  get isEmpty(): boolean {
    return !this.hasGrown;
  }

  cite(annotation: Json): void {
    const citation = readCitation(annotation);
    if (citation !== undefined) this.output.emit({ type: "citation", choice: 0, index: this.index, citation });
  }

  note(event: { readonly type: "reasoning-state"; readonly state: NonNullable<ReturnType<typeof readState>> }): void {
    this.output.emit({ ...event, choice: 0, index: this.index });
  }

  end(): void {
    this.output.emit({ type: "item-end", choice: 0, index: this.index });
  }
}

/** The texts and refusals of a message, an item each. */
class MessageReader implements ItemReader {
  private readonly parts = new Map<number, { readonly text: Growing; citations: number; ended: boolean }>();
  private readonly itemId: string | undefined;

  constructor(
    private readonly output: ItemOutput,
    item: JsonObject,
  ) {
    this.itemId = stringOf(item, "id");
  }

  event(type: string, event: JsonObject): void {
    const at = numberOf(event, "content_index") ?? 0;
    switch (type) {
      case "response.output_text.delta":
        this.part(at, "text").text.add(stringOf(event, "delta") ?? "", event.logprobs);
        return;
      case "response.refusal.delta":
        this.part(at, "refusal").text.add(stringOf(event, "delta") ?? "");
        return;
      case "response.output_text.done":
        this.part(at, "text").text.rest(stringOf(event, "text") ?? "", event.logprobs);
        return;
      case "response.refusal.done":
        this.part(at, "refusal").text.rest(stringOf(event, "refusal") ?? "");
        return;
      case "response.output_text.annotation.added":
        this.cite(this.part(at, "text"), event.annotation ?? null);
        return;
      case "response.content_part.done":
        if (isObject(event.part)) this.finish(at, event.part);
    }
  }

  done(item: JsonObject): void {
    for (const [at, part] of arrayOf(item, "content").entries()) if (isObject(part)) this.finish(at, part);
    for (const part of this.parts.values()) if (!part.ended) part.text.end();
    this.parts.clear();
  }

  private part(at: number, kind: "text" | "refusal") {
    const known = this.parts.get(at);
    if (known !== undefined) return known;
    const made = { text: new Growing(this.output, kind, this.itemId), citations: 0, ended: false };
    this.parts.set(at, made);
    return made;
  }

  private cite(part: { readonly text: Growing; citations: number }, annotation: Json): void {
    part.citations++;
    part.text.cite(annotation);
  }

  private finish(at: number, written: JsonObject): void {
    const isRefusal = written.type === "refusal";
    if (!isRefusal && written.type !== "output_text") return;
    const part = this.part(at, isRefusal ? "refusal" : "text");
    if (part.ended) return;
    part.text.rest(stringOf(written, isRefusal ? "refusal" : "text") ?? "", written.logprobs);
    for (const annotation of arrayOf(written, "annotations").slice(part.citations)) this.cite(part, annotation);
    part.text.end();
    part.ended = true;
  }
}

/** Thoughts and their summary, an item each; the state belongs to the last of them. */
class ReasoningReader implements ItemReader {
  private thoughts: Growing | undefined;
  private summary: Growing | undefined;
  private readonly begun = new Set<string>();
  private readonly itemId: string | undefined;

  constructor(
    private readonly output: ItemOutput,
    item: JsonObject,
  ) {
    this.itemId = stringOf(item, "id");
  }

  event(type: string, event: JsonObject): void {
    const text = stringOf(event, "delta") ?? "";
    if (type === "response.reasoning_summary_text.delta")
      this.grow("summary", numberOf(event, "summary_index") ?? 0, text);
    else if (type === "response.reasoning_text.delta")
      this.grow("content", numberOf(event, "content_index") ?? 0, text);
  }

  done(item: JsonObject): void {
    for (const field of ["content", "summary"] as const) {
      if (this.textOf(field)?.isEmpty === false) continue;
      for (const [at, part] of arrayOf(item, field).entries())
        if (isObject(part)) this.grow(field, at, stringOf(part, "text") ?? "");
    }
    const state = readState(item);
    if (state !== undefined) this.thoughts ??= this.summary ?? new Growing(this.output, "reasoning", this.itemId);
    const last = this.summary ?? this.thoughts;
    if (state !== undefined) last?.note({ type: "reasoning-state", state });
    if (this.thoughts !== this.summary) this.thoughts?.end();
    this.summary?.end();
  }

  private textOf(field: "content" | "summary"): Growing | undefined {
    return field === "summary" ? this.summary : this.thoughts;
  }

  /** Parts of either are paragraphs. */
  private grow(field: "content" | "summary", at: number, text: string): void {
    if (text === "") return;
    const part = `${field}/${at}`;
    const isFirst = this.textOf(field) === undefined;
    if (field === "summary") this.summary ??= new Growing(this.output, "summary", this.itemId);
    else this.thoughts ??= new Growing(this.output, "reasoning", this.itemId);
    const begins = !this.begun.has(part);
    this.begun.add(part);
    this.textOf(field)?.add(begins && !isFirst ? `\n\n${text}` : text);
  }
}

class CallReader implements ItemReader {
  private readonly index: number;
  private readonly isCustom: boolean;
  private hasGrown = false;
  /** What the item said already when it was added: with most servers nothing. */
  private readonly added: string;

  constructor(
    private readonly output: ItemOutput,
    item: JsonObject,
  ) {
    this.index = output.allot();
    this.isCustom = item.type === "custom_tool_call";
    const itemId = stringOf(item, "id");
    const id = stringOf(item, "call_id") ?? itemId ?? "";
    const name = stringOf(item, "name") ?? "";
    const place = { type: "item-start", choice: 0, index: this.index, kind: "tool-call", id, name } as const;
    const named = itemId === undefined || itemId === id ? place : { ...place, itemId };
    output.emit(this.isCustom ? { ...named, freeForm: true } : named);
    if (this.isCustom) this.write(argumentsStart);
    this.added = stringOf(item, "arguments") ?? stringOf(item, "input") ?? "";
  }

  event(type: string, event: JsonObject): void {
    if (type === "response.function_call_arguments.done") this.rest(stringOf(event, "arguments") ?? "");
    if (type === "response.custom_tool_call_input.done") this.rest(stringOf(event, "input") ?? "");
    if (type !== "response.function_call_arguments.delta" && type !== "response.custom_tool_call_input.delta") return;
    const piece = stringOf(event, "delta") ?? "";
    if (!this.hasGrown && piece !== "" && !isRepeated(this.added, piece)) this.grow(this.added);
    this.grow(piece);
  }

  done(item: JsonObject): void {
    const { arguments: written } = item;
    if (!this.hasGrown) {
      const whole = isObject(written) ? writtenText(written) : stringOf(item, this.isCustom ? "input" : "arguments");
      this.grow(whole || this.added);
    }
    if (this.isCustom) this.write(argumentsEnd);
    this.output.emit({ type: "item-end", choice: 0, index: this.index });
  }

  /** All of it, where none came in deltas. */
  private rest(text: string): void {
    if (!this.hasGrown) this.grow(text);
  }

  private grow(piece: string): void {
    if (piece === "") return;
    this.hasGrown = true;
    this.write(this.isCustom ? argumentsPiece(piece) : piece);
  }

  private write(json: string): void {
    this.output.emit({ type: "arguments-delta", choice: 0, index: this.index, json });
  }
}

/**
 * The deltas say again what the added item held: a server that hands out its growing item shows the first piece or the whole
 * in it before the same comes in deltas (https://github.com/abetlen/llama-cpp-python/pull/2285).
 */
function isRepeated(added: string, piece: string): boolean {
  return added.startsWith(piece) || piece.startsWith(added);
}

/** What only this dialect can say is given out whole, at its end: no other could use its pieces. */
class OpaqueReader implements ItemReader {
  constructor(private readonly output: ItemOutput) {}

  event(): void {}

  done(item: JsonObject): void {
    const place = { choice: 0, index: this.output.allot() };
    const image = imageIn(item);
    if (image === undefined) this.output.emit({ type: "item-start", ...place, kind: "opaque", dialect, value: item });
    else this.output.emit({ type: "item-start", ...place, ...image });
    this.output.emit({ type: "item-end", ...place });
  }
}

/** An image that the provider's tool made, which clients of other dialects understand as well. */
function imageIn(item: JsonObject) {
  const data = stringOf(item, "result");
  if (item.type !== "image_generation_call" || data === undefined || data === "") return undefined;
  const itemId = stringOf(item, "id");
  const mediaType = `image/${stringOf(item, "output_format") ?? "png"}`;
  const source = { type: "base64", mediaType, data } as const;
  return { kind: "image", source, ...(itemId !== undefined && { itemId }) } as const;
}
