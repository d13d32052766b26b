import type { ReasoningState } from "#core/completion";
import { isObject, type JsonObject, numberOf, objectOf, stringOf } from "#lib/json";
import { writtenText } from "#lib/json-text";
import { argumentsEnd, argumentsPiece, argumentsStart } from "../free-form";
import { readSignature } from "./call-signature";
import type { ChoiceOutput } from "./decode-text-items";
import { saysCall } from "./delta-output";

/** Puts the pieces of tool calls together, which providers number, name and repeat in different ways. */
type ToolCallDecoder = {
  readonly push: (entry: JsonObject) => void;
  readonly close: () => void;
  readonly count: () => number;
};

type ToolCall = {
  readonly itemIndex: number;
  readonly id: string;
  started: boolean;
  /** Arguments that came before the name. */
  waiting: string;
  /** It calls a custom tool: what comes is a text, not JSON. */
  readonly isCustom: boolean;
};

export function createToolCallDecoder(choice: number, idSeed: string, output: ChoiceOutput): ToolCallDecoder {
  const calls: ToolCall[] = [];
  const byIndex = new Map<number, ToolCall>();
  const byId = new Map<string, ToolCall>();
  const { emit } = output;

  const add = (id: string, index: number | undefined, isCustom: boolean): ToolCall => {
    const made = `call_${idSeed.replace(/[^a-zA-Z0-9_-]/g, "_")}_${choice}_${calls.length}`;
    const call: ToolCall = {
      itemIndex: output.allot(),
      id: id === "" ? made : id,
      started: false,
      waiting: "",
      isCustom,
    };
    calls.push(call);
    if (!byId.has(call.id)) byId.set(call.id, call);
    if (index !== undefined) byIndex.set(index, call);
    return call;
  };

  /**
   * By index, but Gemini numbers every call 0: a named one with another id is a new call. Without an index a name
   * begins a call, and what has none goes to the call of its id, else to the latest.
   */
  const find = (entry: JsonObject, name: string, isCustom: boolean): ToolCall => {
    const index = numberOf(entry, "index");
    const id = stringOf(entry, "id") ?? "";
    if (index !== undefined) {
      const known = byIndex.get(index);
      const another = known !== undefined && name !== "" && id !== "" && id !== known.id;
      return known === undefined || another ? add(id, index, isCustom) : known;
    }
    const latest = byId.get(id) ?? calls.at(-1);
    return name !== "" || latest === undefined ? add(id, undefined, isCustom) : latest;
  };

  const start = (call: ToolCall, name: string, state?: ReasoningState) => {
    call.started = true;
    const at = { type: "item-start", choice, index: call.itemIndex, kind: "tool-call", id: call.id, name } as const;
    const signed = state === undefined ? at : { ...at, state };
    emit(call.isCustom ? { ...signed, freeForm: true } : signed);
    grow(call, call.isCustom ? argumentsStart + call.waiting : call.waiting);
  };

  const grow = (call: ToolCall, json: string) => {
    if (!call.started) call.waiting += json;
    else if (json !== "") emit({ type: "arguments-delta", choice, index: call.itemIndex, json });
  };

  return {
    push: (entry) => {
      const isCustom = isCustomCall(entry);
      const called = objectOf(entry, isCustom ? "custom" : "function") ?? {};
      const name = stringOf(called, "name") ?? "";
      const call = find(entry, name, isCustom);
      if (!call.started && name !== "") start(call, name, readSignature(entry));
      grow(call, isCustom ? argumentsPiece(stringOf(called, "input") ?? "") : readArguments(called));
    },
    close: () => {
      for (const call of calls.filter(isCall)) {
        if (!call.started) start(call, "");
        if (call.isCustom) grow(call, argumentsEnd);
        emit({ type: "item-end", choice, index: call.itemIndex });
      }
    },
    count: () => calls.filter(isCall).length,
  };
}

/** Neither a name nor arguments is no call: some providers send an empty one beside a text. */
function isCall({ started, waiting }: ToolCall): boolean {
  return started || waiting !== "";
}

/** By its type. Without one by what it says: some providers send the other kind beside it, empty. */
function isCustomCall(entry: JsonObject): boolean {
  if (entry.type === "function") return false;
  return entry.type === "custom" || (isObject(entry.custom) && !saysCall(entry.function));
}

/** Some look-alikes send the arguments as an object. */
function readArguments(called: JsonObject): string {
  return isObject(called.arguments) ? writtenText(called.arguments) : (stringOf(called, "arguments") ?? "");
}
