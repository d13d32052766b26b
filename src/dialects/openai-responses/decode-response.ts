import type { Completion } from "#core/completion";
import { arrayOf, isObject, type Json } from "#lib/json";
import { createCollector } from "../collect";
import { InvalidAnswer } from "../operation";
import { createItemReader } from "./item-reader";
import { isResponse, readFinish, readStart } from "./response";
import { readUsage } from "./usage";

/** Reads a whole answer: each item as if it had been streamed in one piece. */
export function decodeResponse(body: Json): Completion {
  if (!isResponse(body)) throw new InvalidAnswer("it is not a response, for it has no output array");
  const collector = createCollector();
  let index = 0;
  const output = { emit: collector.push, allot: () => index++ };
  collector.push(readStart(body));
  for (const item of arrayOf(body, "output"))
    if (isObject(item)) createItemReader({ ...item, arguments: "", input: "" }, output).done(item);
  collector.push({ type: "finish", ...readFinish(body) });
  const usage = readUsage(body);
  if (usage !== undefined) collector.push({ type: "usage", usage });
  return collector.completion();
}
