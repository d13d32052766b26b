import type { CompletionEvent } from "#core/completion";
import { type JsonObject, numberOf, stringOf } from "#lib/json";
import { unknownFields } from "../fields";
import { keep } from "./wire";

const knownFields: ReadonlySet<string> = new Set([
  "id",
  "object",
  "created",
  "model",
  "choices",
  "usage",
  "service_tier",
  "obfuscation",
  "__proto__",
]);

/** Reads what stands at the top of an answer, whole or a chunk. */
export function readStart(answer: JsonObject): Extract<CompletionEvent, { type: "start" }> {
  // Some fill the field with zeros (Azure in its first chunk).
  const createdS = numberOf(answer, "created") || undefined;
  const serviceTier = stringOf(answer, "service_tier");
  return {
    type: "start",
    id: stringOf(answer, "id") ?? "",
    model: stringOf(answer, "model") ?? "",
    ...(createdS !== undefined && { createdS }),
    ...(serviceTier !== undefined && { serviceTier }),
    ...keep(unknownFields(answer, knownFields)),
  };
}
