import { isObject, tryParseJson } from "#lib/json";
import { askRaw, type RawAnswer } from "./ask-raw.ts";
import type { Ask } from "./ask-with-sdk.ts";
import { finishFor } from "./finish-words.ts";
import { eventBlocks, payloadOf } from "./framing.ts";
import { bodyOf, clientPath, type Dialect, providerOf } from "./pairs.ts";
import { sayingOfEvents, sayingOfWhole } from "./read-saying.ts";
import { isFramed, payloadsOf, type Recording } from "./recordings.ts";
import { type Manner, modelFor } from "./replay-server.ts";
import { differences, type Saying } from "./saying.ts";
import type { Replay } from "./start-replay.ts";

/** The ways in which an answer that a client gets in full is sent. */
export function mannersOf({ form }: Recording): readonly ("whole" | "events" | "sevens")[] {
  return form === "stream" ? ["whole", "events", "sevens"] : ["whole"];
}

/** A client of the provider's own dialect must get the provider's bytes. Gives what was changed beyond the listed. */
export async function judgeSame(
  replay: Replay,
  recording: Recording,
  manners: readonly Manner[],
): Promise<readonly string[]> {
  const { dialect, form } = recording;
  const found = new Set<string>();
  for (const manner of manners) {
    const asked = await askRaw(replay, dialect, recording, manner);
    if (!withOwnIds(asked, recording).equals(expectedBytes(recording, false))) found.add(`bytes (${asked.status})`);
    if (form === "stream" && dialect === "gemini" && !(await isArrayOf(replay, recording, manner)))
      found.add("the array of what asks without alt=sse");
    if (form === "whole" || dialect !== "openai-chat") continue;
    const unasked = await askRaw(replay, dialect, recording, manner, {});
    if (!withOwnIds(unasked, recording).equals(expectedBytes(recording, true))) found.add("bytes without usage");
  }
  return [...found];
}

/** A client of Google's that asks for no events gets an array of the same chunks. */
async function isArrayOf({ gateway }: Replay, recording: Recording, manner: Manner): Promise<boolean> {
  const { body, dialect, id } = recording;
  const model = `${providerOf[dialect]}/${modelFor(id, manner)}`;
  const path = clientPath(dialect, model, true).replace("?alt=sse", "");
  const response = await gateway.post(path, bodyOf(dialect, model, "hello", true));
  return Bun.deepEquals(tryParseJson(await response.text()), payloadsOf(dialect, body));
}

/**
 * The ids of stored responses are the gateway's own for its clients: with that which was recorded in the place of each, one
 * and the same for all places of one.
 */
function withOwnIds({ body: sent, bytes }: RawAnswer, { dialect, body: recorded }: Recording): Buffer {
  if (isFramed(dialect)) return bytes;
  if (dialect !== "openai-responses") return Buffer.from(sent);
  const text = recorded.toString();
  const own = new Map<string, string>();
  let written = "";
  for (const piece of sent.split(/((?:resp|conv)_hg_[\w-]+)/)) {
    const isId = /^(?:resp|conv)_hg_/.test(piece);
    if (isId && !own.has(piece)) own.set(piece, text.slice(written.length, text.indexOf('"', written.length)));
    written += own.get(piece) ?? piece;
  }
  return Buffer.from(written);
}

/**
 * The recorded bytes with the listed changes: a blank line behind each event and `[DONE]` at the end where they are missing,
 * usage hidden.
 */
function expectedBytes({ dialect, form, body: recorded }: Recording, hideUsage: boolean): Buffer {
  if (form === "whole" || isFramed(dialect)) return recorded;
  const body = dialect === "gemini" ? recorded.toString().replace(/(?<=[^\r\n])\n(?=data:)/g, "\n\n") : recorded;
  const blocks = eventBlocks(body.toString()).filter((block) => !(hideUsage && isUsageBlock(block)));
  // A mark that is cut off counts as missing; look-alikes of Responses send one behind the event that completes an answer.
  const isKept = (block: string) =>
    !/^data: ?\[DONE\]\s*$/.test(block) || (endsWell(block) && dialect === "openai-chat");
  const kept = blocks.filter(isKept).join("");
  const missing = endsWell(kept) ? "" : kept.endsWith("\n") ? "\n" : "\n\n";
  const done = dialect === "openai-chat" && !/^data: ?\[DONE\]/m.test(kept);
  return Buffer.from(kept + missing + (done ? "data: [DONE]\n\n" : ""));
}

function endsWell(text: string): boolean {
  return /(\r\n|\n|\r)\1$/.test(text);
}

function isUsageBlock(block: string): boolean {
  const payload = payloadOf(block);
  return isObject(payload?.usage) && Array.isArray(payload.choices) && payload.choices.length === 0;
}

/** A client of another dialect must be told the same. Gives what it was not told. */
export async function judgeTranslated(
  ask: Ask,
  recording: Recording,
  client: Dialect,
  manners: readonly Manner[],
): Promise<readonly string[]> {
  const expected = sayingOf(recording);
  const word = finishFor(recording.dialect, client, expected);
  const found = new Set<string>();
  for (const manner of manners) {
    const model = `${providerOf[recording.dialect]}/${modelFor(recording.id, manner)}`;
    try {
      const told = await ask(model, recording.form === "stream");
      for (const name of differences(expected, told, word)) found.add(name);
    } catch (error) {
      found.add(`refused: ${error instanceof Error ? error.message.replace(/^\d+ /, "") : error}`);
    }
  }
  return [...found].sort();
}

/** What a recorded answer says. */
export function sayingOf({ body, dialect, form }: Recording): Saying {
  if (form === "stream") return sayingOfEvents(dialect, payloadsOf(dialect, body));
  const whole = tryParseJson(body.toString());
  return sayingOfWhole(dialect, isObject(whole) ? whole : {});
}
