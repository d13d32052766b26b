import type { Completion, DialectId, Finish, Item } from "#core/completion";
import { noUsage, type TokenClass, type Usage } from "#core/usage";
import type { Json } from "#lib/json";
import type { AnswerFeature } from "./feature";
import { opaqueState } from "./opaque-state";

type Kind<Name extends Item["kind"]> = Extract<Item, { kind: Name }>;

const pixel = "iVBORw0KGgo=";
const place = { choice: 0, index: 0 };
const saidYes: Kind<"text"> = { ...place, kind: "text", text: "Yes.", citations: [], logprobs: [] };
const stopped: Finish = { choice: 0, reason: "stop" };

/** A feature that is items of the answer. */
function items(
  id: string,
  says: string,
  made: (state: DialectId) => readonly Item[],
  seen: (item: Item) => Json | undefined,
  rest: Pick<AnswerFeature, "asked" | "trace"> & { readonly finish?: Finish } = {},
): AnswerFeature {
  const { finish = stopped, ...asked } = rest;
  return {
    ...{ id, says, ...asked },
    answer: (state) => ({ items: made(state), finishes: [finish] }),
    seen: (completion) => {
      const found = completion.items.flatMap((item) => seen(item) ?? []);
      return found.length === 0 ? undefined : found;
    },
  };
}

const calls: Finish = { choice: 0, reason: "tool-calls" };
const call = (index: number): Item => ({
  ...{ ...place, index, kind: "tool-call", id: `call_${index}`, name: "look_up" },
  arguments: '{"n":12345678901234567890}',
});
const thought = (origin: DialectId, redacted: boolean): readonly Item[] => [
  { ...place, kind: "reasoning", text: redacted ? "" : "Hm.", state: opaqueState(origin, redacted) },
  { ...saidYes, index: 1 },
];
const stateOf = (item: Item): Json | undefined => (item.kind === "reasoning" ? item.state?.value : undefined);
const cited = { url: "https://example.com/a", title: "A", origin: "gateway", raw: null };
const logprob = { token: "Yes", logprob: -0.5, bytes: null, top: [] };

export const answerFeatures: readonly AnswerFeature[] = [
  items(
    "text",
    "text",
    () => [saidYes],
    (item) => (item.kind === "text" ? item.text : undefined),
  ),
  items(
    ...(["answer-calls", "calls of functions"] as const),
    () => [call(0), call(1)],
    (item) => (item.kind === "tool-call" ? [[item.id, item.name, item.arguments]] : undefined),
    { finish: calls },
  ),
  items(
    ...(["text-and-call", "text before a call, in its order"] as const),
    () => [saidYes, call(1)],
    ({ kind }) => kind,
    { finish: calls },
  ),
  items(
    ...(["call-and-text", "text behind a call, in its order"] as const),
    () => [call(0), { ...saidYes, index: 1 }],
    ({ kind }) => kind,
    { finish: calls },
  ),
  items(
    "answer-reasoning",
    "reasoning that can be read",
    (state) => thought(state, false),
    (item) => (item.kind === "reasoning" ? item.text : undefined),
  ),
  items("answer-state", "its opaque state, so that it comes back", (state) => thought(state, false), stateOf),
  items("answer-redacted", "reasoning that cannot be read", (state) => thought(state, true), stateOf),
  items(
    "answer-image",
    "picture that the model made",
    () => [
      saidYes,
      { ...place, index: 1, kind: "image", source: { type: "base64", mediaType: "image/png", data: pixel } },
    ],
    (item) => (item.kind === "image" ? { ...item.source } : undefined),
    { trace: pixel },
  ),
  items(
    "answer-audio",
    "sound that the model made",
    () => [saidYes, { ...place, index: 1, kind: "audio", mediaType: "audio/wav", data: "UklGRg==" }],
    (item) => (item.kind === "audio" ? item.data : undefined),
    { trace: "UklGRg==" },
  ),
  items(
    "answer-refusal",
    "refusal",
    () => [{ ...place, kind: "refusal", text: "I cannot." }],
    (item) => (item.kind === "refusal" ? item.text : undefined),
    { trace: "I cannot." },
  ),
  items(
    "citations",
    "citation of an address",
    () => [{ ...saidYes, citations: [cited] }],
    (item) => (item.kind === "text" ? item.citations.map(({ url = null }) => url) : undefined),
  ),
  items(
    ...(["answer-logprobs", "log probabilities"] as const),
    () => [{ ...saidYes, logprobs: [logprob] }],
    (item) => (item.kind === "text" ? item.logprobs.map((each) => each.logprob) : undefined),
    { asked: { logprobs: { top: 0 } } },
  ),
  {
    ...{ id: "second-choice", says: "second choice", asked: { n: 2 } },
    answer: () => ({ items: [saidYes, { ...saidYes, choice: 1 }], finishes: [stopped, { ...stopped, choice: 1 }] }),
    seen: (completion) => completion.items.find(({ choice }) => choice === 1)?.kind,
  },
  ...finishes(),
  {
    ...{ id: "stop-sequence", says: "which stop sequence it was" },
    answer: () => ({ finishes: [{ choice: 0, reason: "stop-sequence", stopSequence: "END" }] }),
    seen: ({ finishes: [finish] }) => finish?.stopSequence,
  },
  {
    ...{ id: "finish-message", says: "why it was refused, in the provider's words", trace: "Not allowed." },
    answer: () => ({ finishes: [{ choice: 0, reason: "content-filter", raw: "SAFETY", message: "Not allowed." }] }),
    seen: ({ finishes: [finish] }) => finish?.message,
  },
  ...usages(),
  {
    ...{ id: "answer-tier", says: "service tier that served" },
    answer: () => ({ serviceTier: "priority" }),
    seen: ({ serviceTier }) => serviceTier,
  },
];

function finishes(): readonly AnswerFeature[] {
  const told = {
    length: "finish: limit of the output reached",
    "content-filter": "finish: filtered",
    refusal: "finish: refused",
    pause: "finish: paused, to be taken up again",
    "context-length": "finish: context full",
  } as const;
  return Object.entries(told).map(([reason, says]) => ({
    ...{ id: `finish-${reason}`, says },
    answer: () => ({ finishes: [{ choice: 0, reason: reasonOf(reason) }] }),
    seen: ({ finishes: [finish] }: Completion) => (finish?.reason === "stop" ? undefined : finish?.reason),
  }));
}

function reasonOf(name: string): Finish["reason"] {
  switch (name) {
    case "length":
    case "content-filter":
    case "refusal":
    case "pause":
    case "context-length":
      return name;
    default:
      return "other";
  }
}

function usages(): readonly AnswerFeature[] {
  const told = {
    cacheRead: "usage: read from a cache",
    cacheWrite: "usage: written to a cache",
    cacheWrite1h: "usage: written to a cache for an hour",
    reasoning: "usage: reasoning",
    inputAudio: "usage: audio heard",
  } as const satisfies { readonly [name in TokenClass]?: string };
  return Object.entries(told).map(([name, says]) => usage(name, says));
}

function usage(name: string, says: string): AnswerFeature {
  const counted: Usage = { ...noUsage, input: 10, output: 10, [name]: 5 };
  return {
    ...{ id: `usage-${name}`, says },
    answer: () => ({ usage: counted }),
    seen: (completion) =>
      Object.entries(completion.usage ?? {}).find(([key, count]) => key === name && count !== 0)?.[1],
  };
}
