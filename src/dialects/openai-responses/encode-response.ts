import type { Completion } from "#core/completion";
import type { JsonObject } from "#lib/json";
import { expand } from "../collect";
import type { AnswerContext } from "../translation";
import { AnswerWriter } from "./encode-stream";

const nobody = { emit: () => undefined, delta: () => undefined };

/** Writes a whole answer as the response that its stream would end with. */
export function encodeResponse(completion: Completion, context: AnswerContext): JsonObject {
  const answer = new AnswerWriter(nobody, context);
  for (const event of expand(completion)) answer.push(event);
  return answer.response;
}
