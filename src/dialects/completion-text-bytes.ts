import type { Completion, Item } from "#core/completion";
import type { Json } from "#lib/json";

/** Counts the characters that a whole answer's stream would have carried, by its dialect's reader. */
export function textBytesOfCompletion(decodeResponse: (body: Json) => Completion): (body: Json) => number {
  return (body) => {
    try {
      return decodeResponse(body).items.reduce((total, item) => total + bytesOf(item), 0);
    } catch {
      // The client gets it as it is, and may make more of it than we do.
      return JSON.stringify(body).length;
    }
  };
}

function bytesOf(item: Item): number {
  switch (item.kind) {
    case "text":
    case "reasoning":
    case "refusal":
      return Buffer.byteLength(item.text);
    case "tool-call":
      return Buffer.byteLength(item.arguments);
    case "image":
    case "audio":
      // No text: what they cost is not judged by their bytes.
      return 0;
    case "opaque":
      return JSON.stringify(item.value).length;
  }
}
