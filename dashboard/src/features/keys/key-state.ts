import type { VirtualKey } from "#api/schema.gen";
import type { Tone } from "#components/badge";
import { limitUses } from "#components/limit-use";

export type KeyState = { readonly word: string; readonly tone: Tone; readonly why: string };

/** Whether requests with it are served, in a word. */
export function keyState(key: VirtualKey, nowMs: number): KeyState {
  if (key.revoked_at !== undefined) return { word: "revoked", tone: "bad", why: "Requests with it get 401, for good" };
  if (!key.active) return { word: "off", tone: "neutral", why: "Requests with it get 401 until it is turned on" };
  if (key.expires_at !== undefined && Date.parse(key.expires_at) <= nowMs) {
    return { word: "expired", tone: "warn", why: "Requests with it get 401; give it a later expiry" };
  }
  const spent = limitUses(key).some(
    ({ budget, remaining }) => budget !== undefined && budget.mode !== "warn" && remaining <= 0,
  );
  if (spent) return { word: "over budget", tone: "bad", why: "A budget is spent: requests that it counts get 402" };
  return { word: "active", tone: "good", why: "Requests with it are served" };
}
