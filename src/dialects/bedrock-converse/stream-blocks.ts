import type { CompletionEvent } from "#core/completion";
import { isObject, type JsonObject, numberOf, objectOf, stringOf } from "#lib/json";
import { InvalidAnswer } from "../operation";
import { callStart, readBlock, stateOf } from "./block-reader";
import { decodeCitation } from "./citations";

type Place = { readonly choice: number; readonly index: number };
type Open = {
  readonly place: Place;
  readonly kind: "text" | "reasoning" | "tool-call" | "image" | "other";
  hasInput: boolean;
};
type Events = readonly CompletionEvent[];

/** The content blocks of a streamed message, by their index. Those of text and reasoning open with their first delta. */
export class StreamBlocks {
  private readonly open = new Map<number, Open>();
  private readonly imageFormats = new Map<number, string>();
  private count = 0;
  hasCalls = false;

  start(event: JsonObject): Events {
    const start = objectOf(event, "start") ?? {};
    // Where blocks are not counted, one begins in another's place.
    for (const _ in start) return [...this.stop(event), ...this.begin(indexOf(event), start)];
    return [];
  }

  private begin(at: number, start: JsonObject): Events {
    const { toolUse } = start;
    if (isObject(toolUse) && toolUse.type === undefined) {
      const { place } = this.openAs(at, "tool-call");
      this.hasCalls = true;
      return [{ type: "item-start", ...place, ...callStart(toolUse) }];
    }
    if (isObject(start.image)) {
      this.imageFormats.set(at, stringOf(start.image, "format") ?? "png");
      return [];
    }
    // A block that only Bedrock understands: what opened it is given out, and its deltas are passed over.
    return readBlock(start, this.openAs(at, "other").place.index);
  }

  delta(event: JsonObject): Events {
    const at = indexOf(event);
    const { citation, image, reasoningContent, text, toolUse } = objectOf(event, "delta") ?? {};
    if (typeof text === "string")
      return this.grow(at, "text", (place) => (text === "" ? [] : [{ type: "text-delta", ...place, text }]));
    if (isObject(toolUse)) return this.growCall(at, stringOf(toolUse, "input") ?? "");
    if (isObject(reasoningContent)) return this.growReasoning(at, reasoningContent);
    if (isObject(image)) return this.addImage(at, image);
    if (isObject(citation))
      return this.grow(at, "text", (place) => [{ type: "citation", ...place, citation: decodeCitation(citation) }]);
    return [];
  }

  stop(event: JsonObject): Events {
    const at = indexOf(event);
    const block = this.open.get(at);
    this.open.delete(at);
    return block === undefined ? [] : endOf(block);
  }

  stopAll(): Events {
    const left = [...this.open.values()];
    this.open.clear();
    return left.flatMap(endOf);
  }

  private openAs(at: number, kind: Open["kind"]): Open {
    const block = { place: { choice: 0, index: this.count++ }, kind, hasInput: false };
    this.open.set(at, block);
    return block;
  }

  /** What adds to a text or to reasoning; a block of another kind ends where it was. */
  private grow(at: number, kind: "text" | "reasoning", add: (place: Place) => Events): Events {
    const known = this.open.get(at);
    if (known?.kind === kind) return add(known.place);
    const { place } = this.openAs(at, kind);
    const ended = known === undefined ? [] : endOf(known);
    return [...ended, { type: "item-start", ...place, kind }, ...add(place)];
  }

  /** It comes in one piece. */
  private addImage(at: number, image: JsonObject): Events {
    const block = { image: { format: this.imageFormats.get(at) ?? "png", ...image } };
    const { place } = this.openAs(at, "image");
    return readBlock(block, place.index);
  }

  private growCall(at: number, json: string): Events {
    const block = this.open.get(at);
    if (block?.kind === "other" || block?.kind === "image" || (block !== undefined && json === "")) return [];
    if (block?.kind !== "tool-call")
      throw new InvalidAnswer(`The provider's stream has input for block ${at}, which is no tool call that is open`);
    block.hasInput = true;
    return [{ type: "arguments-delta", ...block.place, json }];
  }

  private growReasoning(at: number, content: JsonObject): Events {
    const text = stringOf(content, "text");
    const redacted = stringOf(content, "redactedContent");
    const signature = stringOf(content, "signature");
    if (text === undefined && redacted === undefined && signature === undefined) return [];
    return this.grow(at, "reasoning", (place) => [
      ...(text ? [{ type: "text-delta", ...place, text } as const] : []),
      ...stateOf(place, redacted ?? signature, redacted !== undefined),
    ]);
  }
}

function endOf({ hasInput, kind, place }: Open): Events {
  if (kind === "other" || kind === "image") return [];
  const end = { type: "item-end", ...place } as const;
  // A call without arguments has no delta.
  return kind === "tool-call" && !hasInput ? [{ type: "arguments-delta", ...place, json: "{}" }, end] : [end];
}

function indexOf(event: JsonObject): number {
  return numberOf(event, "contentBlockIndex") ?? 0;
}
