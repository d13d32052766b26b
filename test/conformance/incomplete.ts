import { arrayOf, isObject, tryParseJson } from "#lib/json";
import { askRaw } from "./ask-raw.ts";
import type { Ask } from "./ask-with-sdk.ts";
import { providerOf } from "./pairs.ts";
import { type Dialect, eventBlocks, payloadOf, type Recording } from "./recordings.ts";
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
    const { status, body } = await askRaw(replay, client, recording, manner);
    const problem = problemOf(status, body, client);
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
function incompleteManners(recording: Recording): readonly Manner[] {
  const blocks = eventBlocks(recording.body.toString());
  const { first, last } = finishingBlocks(blocks);
  const half = lengthOf(blocks.slice(0, Math.ceil(first / 2)));
  const inLast = lengthOf(blocks.slice(0, last)) + Math.floor(Buffer.byteLength((blocks[last] ?? "").trimEnd()) / 2);
  return [`end-${half}`, `end-${inLast}`, `break-${half}`, `break-${inLast}`];
}

function lengthOf(blocks: readonly string[]): number {
  return Buffer.byteLength(blocks.join(""));
}

/** Places of the first event that finishes anything, and of the one that completes the answer. */
function finishingBlocks(blocks: readonly string[]): { readonly first: number; readonly last: number } {
  const stop = blocks.findIndex((block) => block.includes('"message_stop"'));
  if (stop >= 0) return { first: stop, last: stop };
  const finished = new Map<number, number>();
  for (const [place, block] of blocks.entries()) {
    for (const choice of arrayOf(payloadOf(block) ?? {}, "choices").filter(isObject)) {
      const index = countOf(choice, "index");
      if (choice.finish_reason && !finished.has(index)) finished.set(index, place);
    }
  }
  const places = [...finished.values()];
  if (places.length === 0) return { first: blocks.length - 1, last: blocks.length - 1 };
  return { first: Math.min(...places), last: Math.max(...places) };
}

function problemOf(status: number, body: string, client: Dialect): string | undefined {
  if (status >= 500) return errorMessage(body) === undefined ? `${status} without a message` : undefined;
  const last = eventBlocks(body).at(-1) ?? "";
  if (/^data: \[DONE\]|"message_stop"/m.test(body)) return "has its terminal event";
  if (client === "anthropic-messages" && !last.startsWith("event: error\n")) return "does not end in an error event";
  return errorMessage(JSON.stringify(payloadOf(last) ?? null)) === undefined ? "does not end in an error" : undefined;
}

function errorMessage(text: string): string | undefined {
  const json = tryParseJson(text);
  const error = isObject(json) && isObject(json.error) ? json.error : {};
  return typeof error.message === "string" ? error.message : undefined;
}
