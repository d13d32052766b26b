import { useReach } from "#api/use-reach";
import { worstCaseUsd } from "#api/worst-case";
import { isObject, tryParse } from "#lib/json";
import { useSettled } from "#lib/use-settled";
import { useSettings } from "./get-settings";

/**
 * The most dollars that sending to all of these models can cost together: undefined where a price is not known, null while
 * that is not read yet.
 */
export function useWorstCase(body: string, wanted: readonly string[]): number | undefined | null {
  const { data: settings } = useSettings();
  const settled = useSettled(wanted.join("\n"), 300);
  const reach = useReach(settled === "" ? [] : [...new Set(settled.split("\n"))]);
  const parsed = tryParse(body);
  if (!isObject(parsed)) return undefined;
  let sum: number | undefined = 0;
  for (const model of wanted) {
    const reached = reach(model);
    if (settings === undefined || reached === undefined) return null;
    const cost = worstCaseUsd({ ...parsed, model }, reached, settings);
    sum = sum === undefined || cost === undefined ? undefined : sum + cost;
  }
  return sum;
}
