import type { Completion, Finish, Item } from "#core/completion";
import type { Draft } from "#lib/draft";
import { arrayOf, isObject, type Json, type JsonObject, objectOf, stringOf } from "#lib/json";
import { createCollector } from "../collect";
import { setDefined, unknownFields } from "../fields";
import { InvalidAnswer, type ResponseFacts } from "../operation";
import { readBlock } from "./block-reader";
import { isAnswer } from "./failures";
import { decodeStopReason } from "./stop-reason";
import { readUsage } from "./usage";
import { keep } from "./wire";

/** Reads a whole answer. Throws InvalidAnswer when it is none. */
export function decodeResponse(body: Json): Completion {
  if (!isObject(body) || !isAnswer(body)) throw new InvalidAnswer("it is not an answer, for it has no output message");
  const collector = createCollector();
  const message = objectOf(objectOf(body, "output") ?? nothing, "message") ?? nothing;
  for (const [index, block] of arrayOf(message, "content").filter(isObject).entries())
    for (const event of readBlock(block, index)) collector.push(event);
  const completion: Draft<Completion> = {
    id: "",
    model: "",
    items: collector.completion().items,
    finishes: [finishOf(body, collector.completion().items.some(isCall))],
    extensions: answerExtensions(body),
  };
  setDefined(completion, "usage", readUsage(body.usage));
  setDefined(completion, "serviceTier", tierOf(body));
  return completion;
}

const nothing: JsonObject = {};

/** Reads usage and finish reason alone. */
export function meterResponse(body: Json): ResponseFacts | undefined {
  if (!isObject(body) || !isAnswer(body)) return undefined;
  const facts: Draft<ResponseFacts> = {};
  setDefined(facts, "usage", readUsage(body.usage));
  setDefined(facts, "finishReason", stringOf(body, "stopReason"));
  setDefined(facts, "serviceTier", tierOf(body));
  return facts;
}

function isCall({ kind }: Item): boolean {
  return kind === "tool-call";
}

/** The finish in an answer, or in `messageStop`. Models of some makers call tools and say that their turn is over. */
export function finishOf(said: JsonObject, calls: boolean): Finish {
  const raw = stringOf(said, "stopReason");
  const told = decodeStopReason(raw);
  const finish: Draft<Finish> = { choice: 0, reason: told === "stop" && calls ? "tool-calls" : told };
  setDefined(finish, "raw", raw);
  setDefined(
    finish,
    "stopSequence",
    stringOf(objectOf(said, "additionalModelResponseFields") ?? nothing, "stop_sequence"),
  );
  return finish;
}

export function tierOf(said: JsonObject): string | undefined {
  return stringOf(objectOf(said, "serviceTier") ?? nothing, "type");
}

const knownFields: ReadonlySet<string> = new Set(["output", "stopReason", "usage", "serviceTier", "p"]);

/** What else an answer, or the events at a stream's end, say: metrics, traces of guardrails, fields of the model. */
export function answerExtensions(said: JsonObject): Completion["extensions"] {
  return keep(unknownFields(said, knownFields)).extensions ?? {};
}
