import type { Limit } from "#core/limit";

/** Whether it must not be exceeded, in money or tokens. */
export function isHard(limit: Limit): boolean {
  if (limit.kind === "budget") return limit.mode === "hard";
  return limit.kind === "rate" && limit.strict === true;
}

/** Counts what a request probably uses. */
export function isLooseWindow(limit: Limit): boolean {
  return limit.kind === "rate" && limit.unit === "tokens" && limit.strict !== true;
}
