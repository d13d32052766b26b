/**
 * Calls of Gemini have ids from Gemini 3 on alone, and the pivot pairs calls with results by ids: those that are made here
 * never reach a provider of this dialect, which pairs by name and order.
 */
const prefix = "gcall_";

/** An id for a call that came without one; `place` tells it from the others of its conversation. */
export function madeCallId(...place: readonly (string | number)[]): string {
  return prefix + place.join("_").replace(/[^a-zA-Z0-9_-]/g, "_");
}

export function isMade(id: string): boolean {
  return id.startsWith(prefix);
}
