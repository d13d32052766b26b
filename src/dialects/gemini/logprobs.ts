import type { Logprob } from "#core/completion";
import { arrayOf, isObject, type Json, type JsonObject, numberOf, stringOf } from "#lib/json";
import { field } from "./wire";

/** `logprobsResult` of a candidate: https://ai.google.dev/api/generate-content#LogprobsResult */
export function readLogprobs(candidate: JsonObject): readonly Logprob[] {
  const result = field(candidate, "logprobsResult");
  if (!isObject(result)) return none;
  const tops = arrayOf(result, "topCandidates");
  return arrayOf(result, "chosenCandidates")
    .filter(isObject)
    .map((chosen, index) => {
      const top = tops[index];
      return { ...readOne(chosen), top: isObject(top) ? arrayOf(top, "candidates").filter(isObject).map(readOne) : [] };
    });
}

const none: readonly Logprob[] = [];

function readOne(entry: JsonObject): Omit<Logprob, "top"> {
  return { token: stringOf(entry, "token") ?? "", logprob: numberOf(entry, "logProbability") ?? 0, bytes: null };
}

export function writeLogprobs(logprobs: readonly Logprob[]): JsonObject {
  const write = ({ logprob, token }: Omit<Logprob, "top">): Json => ({ token, logProbability: logprob });
  return {
    chosenCandidates: logprobs.map(write),
    topCandidates: logprobs.map(({ top }) => ({ candidates: top.map(write) })),
  };
}
