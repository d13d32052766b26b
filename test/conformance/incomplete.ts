import { arrayOf, isObject, type JsonObject } from "#lib/json";
import { askRaw, type RawAnswer } from "./ask-raw.ts";
import type { Ask } from "./ask-with-sdk.ts";
import { readFrames } from "./framing.ts";
import { type Dialect, providerOf } from "./pairs.ts";
import { eventsIn, isFramed, payloadsOf, type Recording } from "./recordings.ts";
import { type Manner, modelFor } from "./replay-server.ts";
import { countOf } from "./saying.ts";
import type { Replay } from "./start-replay.ts";

/** A stream that stops before its answer is complete must end as an error, for a program and for the SDK. */
export async function judgeIncomplete(
  replay: Replay,
  ask: Ask,
  recording: Recording,
  client: Dialect,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const manner of incompleteManners(recording)) {
    const problem = problemOf(await askRaw(replay, client, recording, manner), client);
    if (problem !== undefined) found.push(`${manner}: ${problem}`);
    const model = `${providerOf[recording.dialect]}/${modelFor(recording.id, manner)}`;
    const accepted = await ask(model, true).then(
      () => true,
      () => false,
    );
    if (accepted) found.push(`${manner}: the SDK took it for complete`);
  }
  return found;
}

/** Ended and broken off half-way, between two events and inside the one that would complete the answer. */
function incompleteManners({ body, dialect }: Recording): readonly Manner[] {
  const events = eventsIn(dialect, body);
  const { first, last } = finishingEvents(
    dialect,
    events.map((event) => payloadsOf(dialect, event)[0] ?? {}),
  );
  const half = lengthOf(events.slice(0, Math.ceil(first / 2)));
  const event = events[last] ?? Buffer.alloc(0);
  const inside = Math.floor((isFramed(dialect) ? event.length : Buffer.byteLength(event.toString().trimEnd())) / 2);
  const inLast = lengthOf(events.slice(0, last)) + inside;
  return [`end-${half}`, `end-${inLast}`, `break-${half}`, `break-${inLast}`];
}

function lengthOf(events: readonly Buffer[]): number {
  return events.reduce((sum, { length }) => sum + length, 0);
}

/** Places of the first event that finishes anything, and of the one that completes the answer. */
function finishingEvents(dialect: Dialect, payloads: readonly JsonObject[]) {
  const finished = new Map<string, number>();
  for (const [place, payload] of payloads.entries())
    for (const what of finishedBy(dialect, payload)) if (!finished.has(what)) finished.set(what, place);
  const places = [...finished.values()];
  if (places.length === 0) return { first: payloads.length - 1, last: payloads.length - 1 };
  return { first: Math.min(...places), last: Math.max(...places) };
}

/** The choices that an event finishes. */
function finishedBy(dialect: Dialect, payload: JsonObject): readonly string[] {
  switch (dialect) {
    case "openai-chat":
      return choicesIn(payload, "choices", "finish_reason");
    case "gemini":
      return isObject(payload.promptFeedback) && payload.promptFeedback.blockReason !== undefined
        ? ["all"]
        : choicesIn(payload, "candidates", "finishReason");
    case "bedrock-converse":
      return payload.messageStop === undefined ? [] : ["all"];
    case "openai-responses":
      return /^response\.(?:completed|incomplete|failed)$/.test(String(payload.type)) ? ["all"] : [];
    default:
      return payload.type === "message_stop" ? ["all"] : [];
  }
}

function choicesIn(payload: JsonObject, list: string, field: string): readonly string[] {
  const choices = arrayOf(payload, list).filter(isObject);
  return choices.filter((choice) => choice[field]).map((choice) => String(countOf(choice, "index")));
}

/** What is wrong with the answer to a client that must be told of an error; undefined where nothing is. */
export function problemOf({ body, bytes, status }: RawAnswer, client: Dialect): string | undefined {
  if (status >= 400) return messageIn(body) === undefined ? `${status} without a message` : undefined;
  if (isFramed(client)) {
    const frames = readFrames(bytes);
    if (frames.some(({ headers }) => headers.get(":event-type") === "messageStop")) return "has its terminal event";
    return frames.at(-1)?.headers.has(":exception-type") === true ? undefined : "does not end in an exception";
  }
  const payloads = payloadsOf(client, bytes);
  const last = payloads.at(-1) ?? {};
  if (/^data: \[DONE\]/m.test(body)) return "has its closing mark";
  // Some of Google's models say with each chunk that they finished.
  const marked = client !== "openai-chat" && client !== "gemini";
  if (marked && payloads.some((payload) => finishedBy(client, payload).length > 0))
    return last.type === "response.failed" ? undefined : "has its terminal event";
  const message = messageIn(JSON.stringify(last)) ?? (last.type === "error" ? last.message : undefined);
  return message === undefined ? "does not end in an error" : undefined;
}

function messageIn(text: string): string | undefined {
  return /"[mM]essage":\s*"([^"]+)/.exec(text)?.[1];
}
