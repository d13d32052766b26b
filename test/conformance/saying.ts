import type { Json, JsonObject } from "#lib/json";

/** What an answer says, whatever dialect it is written in: the fields that a translation must keep. */
export type Saying = {
  /** Text and refusals, which Anthropic has no field of their own for. */
  readonly text: string;
  readonly reasoning: string;
  /** Signatures and redacted blocks of the reasoning. */
  readonly state: readonly string[];
  readonly calls: readonly { readonly name: string; readonly arguments: Json }[];
  /** Ids of the calls: providers' own need not arrive unchanged, but every call needs one of its own. */
  readonly callIds: readonly string[];
  /** In the words of the dialect that it is read for. */
  readonly finish: string;
  /** Totals, cached tokens counted in the input and reasoning in the output; null when nothing was counted. */
  readonly usage: { readonly input: number; readonly cached: number; readonly output: number } | null;
  /** URLs of what is cited, or the kind of place for citations without one. */
  readonly citations: readonly string[];
  /** Names of what one of the two dialects cannot say at all. */
  readonly others: readonly string[];
};

/** The differences that no translation may make; all others are losses that can be known and excused. */
export const essentials: ReadonlySet<string> = new Set(["text", "reasoning", "tool calls", "finish reason", "usage"]);

/** Names of the fields in which two sayings differ. */
export function differences(expected: Saying, found: Saying): readonly string[] {
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ["text", expected.text, found.text],
    ["reasoning", expected.reasoning, found.reasoning],
    ["reasoning state", expected.state, found.state],
    ["tool calls", expected.calls, found.calls],
    ["finish reason", expected.finish, found.finish],
    // Where the provider counts nothing an estimate may arrive.
    ["usage", expected.usage, expected.usage && found.usage],
    ["citations", expected.citations, found.citations],
  ];
  const named = pairs.filter(([, a, b]) => !Bun.deepEquals(a, b)).map(([name]) => name);
  const ids = new Set(found.callIds.filter((id) => id !== ""));
  if (ids.size !== found.calls.length) named.push("call ids");
  const lost = expected.others.filter((name) => !found.others.includes(name));
  return [...named, ...new Set(lost)];
}

/** Sums of zero say as little as no sums. */
export function usageOf(input: number, cached: number, output: number): Saying["usage"] {
  return input === 0 && output === 0 ? null : { input, cached: Math.min(cached, input), output };
}

export function countOf(object: JsonObject | undefined, key: string): number {
  return Number(object?.[key] ?? 0);
}
