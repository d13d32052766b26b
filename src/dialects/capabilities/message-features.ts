import type { CompletionRequest, DialectId, Message, Part, Role } from "#core/completion";
import type { Json } from "#lib/json";
import type { RequestFeature } from "./feature";
import { opaqueState } from "./opaque-state";

const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const picture = { type: "image", source: { type: "base64", mediaType: "image/png", data: pixel } } as const;
const address = "https://example.com/a";
const atAddress = { type: "url", url: address } as const;
const page = "JVBERi0xLjQKJSVFT0YK";
const pdf = { type: "base64", mediaType: "application/pdf", data: page } as const;
const waves = "UklGRg==";
const frames = "AAAAHGZ0eXA=";
const movie = { type: "base64", mediaType: "video/mp4", data: frames } as const;
const text = (words: string) => ({ type: "text", text: words }) as const;
const marked = (ttl: "5m" | "1h") => ({ ...text("Long."), cache: { ttl } }) as const;

const call = (id: string): Part => ({
  type: "tool-call",
  id,
  name: "look_up",
  arguments: '{"n":12345678901234567890}',
});
const result = (callId: string, ...content: readonly Part[]) => ({
  ...({ type: "tool-result", callId, content, isError: false } as const),
});
const lookUp = { type: "function", name: "look_up", parameters: '{"type":"object","properties":{}}' } as const;
const hello = turn("user", text("Hello"));
const after = (...earlier: readonly Part[]) => [hello, turn("assistant", ...earlier), hello];
const called = (answer: Part) => [hello, turn("assistant", call("call_1")), turn("user", answer)];
const thought = (origin: DialectId, redacted: boolean): Part => ({
  ...{ type: "reasoning", text: redacted ? "" : "Hm.", state: opaqueState(origin, redacted) },
});

/** What turns of a conversation hold. */
export const messageFeatures: readonly RequestFeature[] = [
  roles("system", "instructions before the first turn", ["system", "user"]),
  roles("later-system", "instructions between turns", ["user", "assistant", "system", "user"]),
  roles("developer", "role developer", ["developer", "user"]),
  roles("two-users", "two turns of the user in succession", ["user", "user"]),
  said("image", "image by its data", picture, sourceOf, pixel),
  {
    ...said("linked-image", "image by its address", { type: "image", source: atAddress }, sourceOf, address),
    fetchedAs: "image",
  },
  said("image-detail", "detail of an image", { ...picture, detail: "low" }, (part) =>
    part.type === "image" ? part.detail : undefined,
  ),
  said("document", "document by its data", { type: "document", source: pdf }, sourceOf, page),
  {
    ...said("linked-document", "document by its address", { type: "document", source: atAddress }, sourceOf, address),
    fetchedAs: "document",
  },
  said("text-document", "document that is a text", documentOf({ type: "text", text: "A page." }), sourceOf, "A page."),
  said("document-title", "title of a document", { ...documentOf(pdf), title: "Terms" }, titleOf, "Terms"),
  said("audio", "audio by its data", { type: "audio", data: waves, format: "wav" }, audioOf, waves),
  said("video", "video by its data", { type: "video", source: movie }, videoOf, frames),
  said("cache-5m", "cache marker on a part", marked("5m"), cacheOf),
  said("cache-1h", "cache marker for an hour", marked("1h"), cacheOf),
  conversation("calls", "calls and their results", called(result("call_1", text("found"))), callOf),
  conversation(
    ...(["parallel-calls", "parallel calls and their results"] as const),
    [hello, turn("assistant", call("call_1"), call("call_2")), turn("user", result("call_1"), result("call_2"))],
    callIdOf,
  ),
  conversation(
    "failed-call",
    "result that is an error",
    called({ ...result("call_1", text("no")), isError: true }),
    (part) => (part.type === "tool-result" && part.isError ? true : undefined),
  ),
  conversation("image-result", "image in a result", called(result("call_1", text("it:"), picture)), imagesOf, pixel),
  conversation(
    ...(["document-result", "document in a result"] as const),
    called(result("call_1", documentOf(pdf))),
    imagesOf,
    page,
  ),
  conversation(
    "reasoning",
    "reasoning of an earlier turn",
    (origin) => after(thought(origin, false), text("Hi.")),
    (part) => (part.type === "reasoning" && part.text !== "" ? part.text : undefined),
    "Hm.",
  ),
  fromAnswer("reasoning-state", "its opaque state, back at the provider that it is from", false),
  fromAnswer("redacted-reasoning", "reasoning without a readable text, back there", true),
  conversation(
    "refusal",
    "an earlier refusal",
    after({ type: "refusal", text: "I cannot." }),
    (part) => (part.type === "refusal" ? part.text : undefined),
    "I cannot.",
  ),
  {
    ...{ id: "name", says: "name of a participant" },
    request: () => ({ messages: [{ ...hello, name: "ann" }] }),
    seen: ({ messages }) => messages.find(({ name }) => name !== undefined)?.name,
  },
];

/** A feature that is a part of what the user says. */
function said(
  id: string,
  says: string,
  part: Part,
  seen: (part: Part) => Json | undefined,
  trace?: string,
): RequestFeature {
  const messages = [turn("user", text("Look:"), part)];
  return { id, says, request: () => ({ messages }), seen: every(seen), ...(trace !== undefined && { trace }) };
}

/** One that is a whole conversation; it may depend on whose state it holds. */
function conversation(
  id: string,
  says: string,
  messages: readonly Message[] | ((origin: DialectId) => readonly Message[]),
  seen: (part: Part) => Json | undefined,
  trace?: string,
): RequestFeature {
  const turns = (origin: DialectId) => (typeof messages === "function" ? messages(origin) : messages);
  return {
    ...{ id, says, seen: every(seen), ...(trace !== undefined && { trace }) },
    request: (origin) => ({ messages: turns(origin), tools: [lookUp] }),
  };
}

/** State of an earlier answer, given back. */
function fromAnswer(id: string, says: string, redacted: boolean): RequestFeature {
  const turns = (origin: DialectId) => after(thought(origin, redacted), text("Hi."));
  return { ...conversation(id, says, turns, stateOf), fromAnswer: true };
}

/** One that is the order of roles; what the last but one says is looked for. */
function roles(id: string, says: string, order: readonly Role[]): RequestFeature {
  const messages = order.map((role, index) => turn(role, text(`${role} ${index}`)));
  const seen = (request: CompletionRequest) => request.messages.map(({ role, content }) => [role, wordsOf(content)]);
  return { id, says, request: () => ({ messages }), seen, trace: `${order.at(-2)} ${order.length - 2}` };
}

function turn(role: Role, ...content: readonly Part[]): Message {
  return { role, content };
}

function documentOf(source: Extract<Part, { type: "document" }>["source"]) {
  return { type: "document", source } as const;
}

function wordsOf(content: readonly Part[]): string {
  return content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
}

function sourceOf(part: Part): Json | undefined {
  if (part.type !== "image" && part.type !== "document") return undefined;
  return part.source.type === "parts" ? part.source.type : { ...part.source };
}

function titleOf(part: Part): Json | undefined {
  return part.type === "document" ? part.title : undefined;
}

function audioOf(part: Part): Json | undefined {
  return part.type === "audio" ? [part.data, part.format ?? null] : undefined;
}

function videoOf(part: Part): Json | undefined {
  return part.type === "video" ? { ...part.source } : undefined;
}

function cacheOf(part: Part): Json | undefined {
  return "cache" in part ? part.cache?.ttl : undefined;
}

function callOf(part: Part): Json | undefined {
  if (part.type === "tool-call") return [part.name, part.arguments];
  return part.type === "tool-result" ? wordsOf(part.content) : undefined;
}

function callIdOf(part: Part): Json | undefined {
  if (part.type === "tool-call") return part.id;
  return part.type === "tool-result" ? part.callId : undefined;
}

function imagesOf(part: Part): Json | undefined {
  if (part.type !== "tool-result") return undefined;
  const found = part.content.flatMap((inner) => sourceOf(inner) ?? []);
  return found.length === 0 ? undefined : found;
}

function stateOf(part: Part): Json | undefined {
  return part.type === "reasoning" ? part.state?.value : undefined;
}

/** What is seen in any part of any message; undefined where nothing is. */
function every(seen: (part: Part) => Json | undefined): RequestFeature["seen"] {
  return ({ messages }) => {
    const found = messages.flatMap(({ content }) => content.map(seen)).filter((value) => value !== undefined);
    return found.length === 0 ? undefined : found;
  };
}
