import { isArray, isObject, type Json, type JsonObject, objectOf } from "#lib/json";

/** What an answer says, whatever dialect it is written in: the fields that a translation must keep. */
export type Saying = {
  /** Text and refusals, which Anthropic has no field of their own for. */
  readonly text: string;
  readonly reasoning: string;
  /** Signatures, redacted blocks and encrypted content. */
  readonly state: readonly string[];
  readonly calls: readonly { readonly name: string; readonly arguments: Json }[];
  /** Ids of the calls: every call needs one of its own, and the provider's where every dialect takes it. */
  readonly callIds: readonly string[];
  /** In its dialect's own word; `refused` where it holds a refusal, which some words say and others do not. */
  readonly finish: { readonly word: string; readonly refused: boolean };
  /** Totals, cached tokens counted in the input and reasoning in the output; null when nothing was counted. */
  readonly usage: Totals | null;
  /** Parts of those totals; undefined where the dialect has no word for one. */
  readonly reasoned: number | undefined;
  readonly written: number | undefined;
  /** The bytes of pictures, in base64. */
  readonly pictures: readonly string[];
  /** URLs of what is cited, or the kind of place for citations without one. */
  readonly citations: readonly string[];
  /** The texts of further answers to the same request. */
  readonly choices: readonly string[];
  /** Names of what one of the two dialects cannot say at all. */
  readonly others: readonly string[];
  /** Whether a state stands in it somewhere, however it is wrapped. */
  readonly carries: (state: string) => boolean;
};

type Totals = { readonly input: number; readonly cached: number; readonly output: number };

/** The differences that no translation may make; all others are losses that can be known and excused. */
export const essentials: ReadonlySet<string> = new Set([
  ...["text", "reasoning", "tool calls", "call ids", "finish reason", "usage", "citations", "image bytes"],
  ...["reasoning tokens", "cache writes", "text of a second choice"],
]);

/** Names of the fields in which two sayings differ. `word`: the finish reason that is expected. */
export function differences(expected: Saying, found: Saying, word: string): readonly string[] {
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ["text", expected.text, found.text],
    ["reasoning", expected.reasoning, found.reasoning],
    ["tool calls", expected.calls, found.calls],
    ["finish reason", word, found.finish.word],
    ["usage", counted(expected, found), expected.usage && found.usage],
    ["citations", addresses(expected), addresses(found)],
    ["citations of what has no address", placesOf(expected), placesOf(found)],
  ];
  const named = pairs.filter(([, a, b]) => !Bun.deepEquals(a, b)).map(([name]) => name);
  if (!expected.state.every((state) => found.carries(state))) named.push("reasoning state");
  if (!areIdsKept(expected, found)) named.push("call ids");
  if (!expected.pictures.every((picture) => found.others.includes("image") === found.carries(picture)))
    named.push("image bytes");
  if (found.others.includes("second choice") && !Bun.deepEquals(expected.choices, found.choices))
    named.push("text of a second choice");
  if (isOtherCount(expected.reasoned, found.reasoned)) named.push("reasoning tokens");
  if (isOtherCount(expected.written, found.written)) named.push("cache writes");
  const lost = expected.others.filter((name) => !found.others.includes(name));
  return [...named, ...new Set(lost)];
}

/** An id of letters and digits that comes once is no reason for another: clients log it, and look for it in their history. */
function areIdsKept({ callIds }: Saying, found: Saying): boolean {
  const ids = new Set(found.callIds.filter((id) => id !== ""));
  if (ids.size !== found.calls.length) return false;
  const isPlain = (id: string) => /^[\w-]{1,64}$/.test(id) && callIds.indexOf(id) === callIds.lastIndexOf(id);
  return callIds.every((id, at) => !isPlain(id) || found.callIds[at] === id);
}

function isOtherCount(expected: number | undefined, found: number | undefined): boolean {
  return expected !== undefined && found !== undefined && expected !== found;
}

/** What the provider counted. Where it counts nothing an estimate may arrive, also of a text alone. */
function counted({ text, usage }: Saying, found: Saying): Saying["usage"] {
  return usage?.output === 0 && text !== "" && found.usage ? { ...usage, output: found.usage.output } : usage;
}

/** A source may be cited more than once, and is listed once by some. */
function addresses({ citations }: Saying): readonly string[] {
  return [...new Set(citations)].filter((cited) => /^\w+:/.test(cited)).sort();
}

function placesOf({ citations }: Saying): boolean {
  return citations.some((cited) => !/^\w+:/.test(cited));
}

/** Sums of zero say as little as no sums. */
export function usageOf(input: number, cached: number, output: number): Saying["usage"] {
  return input === 0 && output === 0 ? null : { input, cached: Math.min(cached, input), output };
}

export function countOf(object: JsonObject | undefined, key: string): number {
  return Number(object?.[key] ?? 0);
}

/** States travel behind labels, in JSON and in base64 of either: each text of an answer is looked into. */
export function carrierOf(answer: Json): Saying["carries"] {
  let texts: readonly string[] | undefined;
  return (state) => {
    texts ??= [...textsIn(answer)].flatMap((text) => [text, Buffer.from(text, "base64").toString()]);
    return texts.some((text) => text.includes(state) || text.includes(JSON.stringify(state).slice(1, -1)));
  };
}

function textsIn(value: Json): readonly string[] {
  if (typeof value === "string") return [value];
  if (isArray(value)) return value.flatMap(textsIn);
  return isObject(value) ? Object.values(value).flatMap((each) => (each === undefined ? [] : textsIn(each))) : [];
}

/** The objects that stand under a name in some of these. */
export function objectsAt(list: readonly JsonObject[], name: string): readonly JsonObject[] {
  return list.map((each) => objectOf(each, name)).filter((found) => found !== undefined);
}
