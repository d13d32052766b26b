import { isObject, parseJson } from "#lib/json";
import { messageOfStream, sayingOfMessage } from "./anthropic-saying.ts";
import { askRaw } from "./ask-raw.ts";
import type { Ask } from "./ask-with-sdk.ts";
import { finishFor } from "./finish-words.ts";
import { completionOfStream, sayingOfCompletion } from "./openai-saying.ts";
import { providerOf } from "./pairs.ts";
import { type Dialect, eventBlocks, payloadOf, type Recording } from "./recordings.ts";
import { modelFor } from "./replay-server.ts";
import { differences, type Saying } from "./saying.ts";
import type { Replay } from "./start-replay.ts";

/** Recorded answers that a client gets in full, and how they are sent. */
export function mannersOf({ form }: Recording): readonly ("whole" | "events")[] {
  return form === "stream" ? ["whole", "events"] : ["whole"];
}

/** A client of the provider's own dialect must get the provider's bytes. Gives what was changed beyond the listed. */
export async function judgeSame(replay: Replay, recording: Recording): Promise<readonly string[]> {
  const { dialect, form } = recording;
  const found = new Set<string>();
  for (const manner of mannersOf(recording)) {
    const asked = await askRaw(replay, dialect, recording, manner);
    if (asked.body !== expectedBytes(recording, false)) found.add(`bytes (${asked.status})`);
    if (form === "whole" || dialect !== "openai-chat") continue;
    const unasked = await askRaw(replay, dialect, recording, manner, {});
    if (unasked.body !== expectedBytes(recording, true)) found.add("bytes without usage");
  }
  return [...found];
}

/** The recorded bytes with the listed changes: a last blank line and `[DONE]` where they are missing, usage hidden. */
function expectedBytes({ dialect, form, body }: Recording, hideUsage: boolean): string {
  const text = body.toString();
  if (form === "whole") return text;
  const blocks = eventBlocks(text).filter((block) => !(hideUsage && isUsageBlock(block)));
  // A mark that is cut off counts as missing.
  const kept = blocks.filter((block) => !/^data: ?\[DONE\]\s*$/.test(block) || endsWell(block)).join("");
  const missing = endsWell(kept) ? "" : kept.endsWith("\n") ? "\n" : "\n\n";
  const done = dialect === "openai-chat" && !/^data: ?\[DONE\]/m.test(kept);
  return kept + missing + (done ? "data: [DONE]\n\n" : "");
}

function endsWell(text: string): boolean {
  return /(\r\n|\n|\r)\1$/.test(text);
}

function isUsageBlock(block: string): boolean {
  const payload = payloadOf(block);
  return isObject(payload?.usage) && Array.isArray(payload.choices) && payload.choices.length === 0;
}

/** A client of the other dialect must be told the same. Gives what it was not told. */
export async function judgeTranslated(ask: Ask, recording: Recording, client: Dialect): Promise<readonly string[]> {
  const expected = sayingOf(recording, client);
  const found = new Set<string>();
  for (const manner of mannersOf(recording)) {
    const model = `${providerOf[recording.dialect]}/${modelFor(recording.id, manner)}`;
    try {
      const told = await ask(model, recording.form === "stream");
      for (const name of differences(expected, told)) found.add(name);
    } catch (error) {
      found.add(`refused: ${error instanceof Error ? error.message.replace(/^\d+ /, "") : error}`);
    }
  }
  return [...found].sort();
}

/** What a recorded answer says, its finish reason in the client's words. */
export function sayingOf({ body, dialect, form }: Recording, client: Dialect): Saying {
  const text = body.toString();
  const whole = form === "whole" ? parseJson(text) : undefined;
  const word = finishFor(dialect, client);
  return dialect === "openai-chat"
    ? sayingOfCompletion(isObject(whole) ? whole : completionOfStream(text), word)
    : sayingOfMessage(isObject(whole) ? whole : messageOfStream(text), word);
}
