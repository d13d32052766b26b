import type { Citation, CompletionEvent, Finish, Logprob, ReasoningPart, ReasoningState } from "#core/completion";
import type { Draft } from "#lib/draft";
import { isObject, type Json, type JsonObject, tryParseJson } from "#lib/json";
import { embedJson, type JsonText } from "#lib/json-text";
import { writeGrounding } from "./citations";
import { writeSignature } from "./foreign-state";
import { writeLogprobs } from "./logprobs";
import { dialect, writeFinishReason } from "./wire";

export type ItemEvent = Extract<CompletionEvent, { readonly index: number }>;
type ItemStart = Extract<CompletionEvent, { readonly type: "item-start" }>;

type OpenItem = { readonly start: ItemStart; text: string; state?: ReasoningState };

/**
 * Writes the items of one choice as parts. A call goes out once its arguments are whole, for a part holds an object.
 * Reasoning is told where the client asked for it; what has to come back to its provider rides on the part behind it.
 */
export class AnswerWriter {
  private readonly open = new Map<number, OpenItem>();
  private readonly citations: Citation[] = [];
  private readonly logprobs: Logprob[] = [];
  /** Reasoning with state that no part carries yet. */
  private carried: ReasoningPart[] = [];
  private text = "";
  private refused = false;

  constructor(
    private readonly showsThoughts: boolean,
    private readonly drop: (path: string) => void,
  ) {}

  /** The part that an event becomes, if any. */
  push(event: ItemEvent): JsonObject | undefined {
    if (event.type === "item-start") return this.start(event);
    const item = this.open.get(event.index);
    if (item === undefined) return undefined;
    switch (event.type) {
      case "text-delta":
        return this.addText(item, event.text, event.logprobs);
      case "arguments-delta":
        item.text += event.json;
        return undefined;
      case "citation":
        // Sources without an address have no place in what Google writes.
        if (event.citation.url === undefined) return this.lose("citations");
        this.citations.push(event.citation);
        return undefined;
      case "reasoning-state":
        item.state = event.state;
        return undefined;
      case "opaque-delta":
        return undefined;
      case "item-end":
        this.open.delete(event.index);
        return this.end(item);
    }
  }

  /** What is owed when the choice ends: the part that carries what nothing else did, and what is said of the whole. */
  finish(finish: Finish): { readonly part: JsonObject | undefined; readonly rest: JsonObject } {
    const signature = this.signature(undefined);
    const grounding = writeGrounding(this.citations, this.text);
    const rest: Draft<JsonObject> = { finishReason: writeFinishReason(finish, this.refused) };
    if (finish.message !== undefined) rest.finishMessage = finish.message;
    if (grounding !== undefined) rest.groundingMetadata = grounding;
    if (this.logprobs.length > 0) rest.logprobsResult = writeLogprobs(this.logprobs);
    return { part: signature === undefined ? undefined : { text: "", thoughtSignature: signature }, rest };
  }

  private start(event: ItemStart): JsonObject | undefined {
    this.open.set(event.index, { start: event, text: "" });
    switch (event.kind) {
      case "refusal":
        this.refused = true;
        return undefined;
      case "image":
        return event.source.type === "base64"
          ? this.signed({ inlineData: { mimeType: event.source.mediaType, data: event.source.data } }, event.state)
          : this.lose("image");
      case "audio":
        return this.signed({ inlineData: { mimeType: event.mediaType, data: event.data } }, event.state);
      case "opaque":
        return event.dialect === dialect && isObject(event.value) ? event.value : this.lose("content");
      default:
        return undefined;
    }
  }

  private addText(item: OpenItem, text: string, logprobs: readonly Logprob[] | undefined): JsonObject | undefined {
    if (logprobs !== undefined) this.logprobs.push(...logprobs);
    if (item.start.kind === "reasoning") {
      item.text += text;
      return this.showsThoughts && text !== "" ? { text, thought: true } : undefined;
    }
    if (text === "") return undefined;
    this.text += text;
    return this.carried.length === 0 ? { text } : this.signed({ text }, undefined);
  }

  private end({ start, state, text }: OpenItem): JsonObject | undefined {
    if (start.kind === "tool-call") {
      const { id, name } = start;
      return this.signed({ functionCall: { id, name, args: argsOf(text) } }, start.state);
    }
    if (state === undefined) return undefined;
    if (start.kind !== "reasoning") return this.signed({ text: "" }, state);
    if (state.origin === dialect) return this.signed({ text: "", thought: true }, state);
    const summary = start.isSummary === true ? ({ isSummary: true } as const) : undefined;
    this.carried.push({ type: "reasoning", text, state, ...summary });
    return undefined;
  }

  private signed(part: JsonObject, state: ReasoningState | undefined): JsonObject {
    const thoughtSignature = this.signature(state);
    return thoughtSignature === undefined ? part : { ...part, thoughtSignature };
  }

  private signature(state: ReasoningState | undefined): string | undefined {
    const { carried } = this;
    this.carried = [];
    return writeSignature(carried, state);
  }

  private lose(what: string): undefined {
    this.drop(what);
    return undefined;
  }
}

/** Arguments as the model wrote them, where they are an object. */
export function argsOf(text: JsonText): Json {
  const parsed = tryParseJson(text);
  if (isObject(parsed)) return embedJson(text);
  return parsed === null || text.trim() === "" ? {} : { INVALID_JSON: text };
}
