import type { Item } from "#core/completion";
import type { Operation } from "#core/inference";
import type { Codec } from "#dialects/codec";
import { arrayOf, isObject, type Json, stringOf } from "#lib/json";

/** The characters of a whole answer's text, reasoning and arguments: those that its stream would have carried. */
export function answerChars(operation: Operation, codec: Codec, body: Json): number {
  switch (operation) {
    case "completion":
      return charsOfCompletion(codec, body);
    case "text-completion":
      return sum(choicesOf(body).map((choice) => stringOf(choice, "text")?.length ?? 0));
    case "embeddings":
    case "count-tokens":
      return 0;
  }
}

function charsOfCompletion(codec: Codec, body: Json): number {
  try {
    return sum(codec.decodeResponse(body).items.map(charsOf));
  } catch {
    // The client gets it as it is, and may make more of it than we do.
    return JSON.stringify(body).length;
  }
}

function charsOf(item: Item): number {
  switch (item.kind) {
    case "text":
    case "reasoning":
    case "refusal":
      return item.text.length;
    case "tool-call":
      return item.arguments.length;
    case "opaque":
      return JSON.stringify(item.value).length;
  }
}

function choicesOf(body: Json) {
  return isObject(body) ? arrayOf(body, "choices").filter(isObject) : [];
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
