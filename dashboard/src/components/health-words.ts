import type { Target } from "#api/schema.gen";
import type { Tone } from "./badge";

export type HealthState = Target["state"];

/** How a target's state is said and coloured, the worst first. */
const states: readonly (readonly [HealthState, string, Tone])[] = [
  ["ejected", "taken out", "bad"],
  ["held", "on hold", "warn"],
  ["awaiting-probe", "waiting for a trial", "warn"],
  ["probing", "being tried", "warn"],
  ["healthy", "healthy", "good"],
];

export function healthWords(state: HealthState): { readonly word: string; readonly tone: Tone } {
  const [, word, tone] = states.find(([name]) => name === state) ?? ["", state, "neutral"];
  return { word, tone };
}

/** A target is used when both it and its provider key are. */
export function stateOf(target: Target): HealthState {
  return worstOf([target.state, target.provider_key.state]) ?? "healthy";
}

export function worstOf(all: readonly HealthState[]): HealthState | undefined {
  return states.find(([state]) => all.includes(state))?.[0];
}

/** Why it is not used, in words; its own reason before that of its key. */
export function reasonOf(target: Target): string {
  return target.state === "healthy" ? target.provider_key.why : target.why;
}
