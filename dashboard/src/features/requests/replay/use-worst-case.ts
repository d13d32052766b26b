import type { Answer } from "#api/call";
import { reachedBy, worstCaseUsd } from "#api/worst-case";
import { isObject, tryParse } from "#lib/json";
import { useRoutesAndSettings } from "./list-choices";

/** The most dollars that sending to all of these models can cost together; undefined where a price is not known. */
export function useWorstCase(
  body: string,
  wanted: readonly string[],
  models: Answer<"GET /api/models">["data"],
): number | undefined {
  const { data } = useRoutesAndSettings();
  const parsed = tryParse(body);
  if (data === undefined || !isObject(parsed)) return undefined;
  return wanted.reduce<number | undefined>((sum, model) => {
    const reached = reachedBy(model, models, data.routes);
    const cost = worstCaseUsd({ ...parsed, model }, reached, data.settings);
    return sum === undefined || cost === undefined ? undefined : sum + cost;
  }, 0);
}
