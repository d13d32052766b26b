import type { CompletionEvent } from "#core/completion";
import { isObject, type JsonObject, tryParseJson } from "#lib/json";
import { type JsonText, writeJson } from "#lib/json-text";
import type { BlockQueue } from "./block-queue";
import { inputOf } from "./call-input";
import { InvalidAnswer } from "./operation";

export type CallStart = Extract<CompletionEvent, { readonly type: "item-start"; readonly kind: "tool-call" }>;

/** How a dialect writes a call's block, and a piece of its input. */
export type CallWords<Delta> = {
  readonly block: (call: CallStart) => JsonObject;
  readonly delta: (text: string) => Delta;
};

/** Writes tool calls as blocks of a queue: one gives way to the next item once its arguments are whole. */
export function createCallWriter<Delta>(queue: BlockQueue<Delta>, words: CallWords<Delta>) {
  const inputs = new Map<number, CallInput>();

  const write = (item: number, text: string): string => (text === "" ? "" : queue.grow(item, words.delta(text)));

  return {
    start: (call: CallStart): string => {
      const input = new CallInput();
      inputs.set(call.index, input);
      return queue.begin(call.index, words.block(call), () => input.isWhole());
    },
    /** Throws InvalidAnswer for what came too late: it could only be lost. */
    grow: (item: number, json: string): string => {
      const input = inputs.get(item);
      if (input !== undefined && queue.has(item)) return write(item, input.add(json));
      if (json.trim() === "") return "";
      throw new InvalidAnswer("a tool call grew after its arguments were whole and another item had begun");
    },
    /** What is still to be written of a call, or of any other item, at its end. */
    end: (item: number): string => write(item, inputs.get(item)?.rest() ?? ""),
  };
}

/**
 * The arguments of one call while they come. They go on as the model writes them once they begin as an object, as inputs
 * are here. Anything else (Groq's `null` for no arguments, broken JSON) waits for its end, and becomes what a whole answer
 * makes of it.
 */
class CallInput {
  private text = "";
  private goesOn = false;

  /** Adds a piece; gives what of it can go out. */
  add(piece: string): string {
    this.text += piece;
    if (this.goesOn) return piece;
    this.goesOn = this.text.trimStart().startsWith("{");
    return this.goesOn ? this.text : "";
  }

  /** What has not gone out at the end. */
  rest(): JsonText {
    if (this.goesOn) return "";
    const input = writeJson(inputOf(this.text));
    return input === "{}" ? "" : input;
  }

  /** Whether it may be over: nothing can follow a whole object. */
  isWhole(): boolean {
    return this.goesOn ? isObject(tryParseJson(this.text)) : this.text.trim() === "null";
  }
}
