import type { CompletionEvent } from "#core/completion";
import type { Usage } from "#core/usage";
import type { StreamEvent } from "#lib/frame-parser";
import { isObject, type JsonObject } from "#lib/json";
import { tryParseJsonWithTexts } from "#lib/json-text";
import { carriesNothing } from "../idle-events";
import { InvalidAnswer } from "../operation";
import { failureOfWhole } from "../read-failure";
import type { StreamDecoder } from "../translation";
import { ChunkReader, isChunk } from "./chunk-reader";
import { answerTexts } from "./verbatim";

/**
 * Reads a streamed answer, which has no closing mark: it is complete when every candidate has its finish, or the prompt was
 * blocked, and ends with its body.
 */
export function createStreamDecoder(): StreamDecoder {
  const reader = new ChunkReader();
  let state: "open" | "failed" | "ended" = "open";
  let told: Usage | undefined;

  /** As soon as it is known, for it counts where the stream breaks off. */
  const tellUsage = (): readonly CompletionEvent[] => {
    const { serviceTier, usage } = reader;
    if (usage === undefined || (told !== undefined && isSame(usage, told))) return [];
    told = usage;
    return [{ type: "usage", usage, ...(serviceTier !== undefined && { serviceTier }) }];
  };

  const push = (event: StreamEvent): readonly CompletionEvent[] => {
    if (state !== "open" || carriesNothing(event, isKnown) || event.data.trim() === "[DONE]") return [];
    const chunk = readChunk(event);
    const failure = failureOfWhole(chunk, isChunk(chunk));
    if (failure !== undefined) {
      state = "failed";
      return [{ type: "error", failure }];
    }
    return isChunk(chunk) ? [...reader.push(chunk), ...tellUsage()] : [];
  };

  const finish = () => {
    if (state === "ended") return { complete: true, events: [] };
    if (state === "failed" || !reader.isFinished) return { complete: false, events: tellUsage() };
    state = "ended";
    const end: CompletionEvent = { type: "end" };
    return { complete: true, events: [...reader.close(), ...tellUsage(), end] };
  };

  return { push, finished: () => state === "open" && reader.isFinished, finish };
}

function isKnown(event: string): boolean {
  return event === "message";
}

/** Throws InvalidAnswer. */
function readChunk({ data }: StreamEvent): JsonObject {
  const chunk = tryParseJsonWithTexts(data, answerTexts);
  if (isObject(chunk)) return chunk;
  throw new InvalidAnswer(
    `Cannot read the provider's stream: an event must hold a JSON object, found ${data.slice(0, 80)}`,
  );
}

function isSame(a: Usage, b: Usage): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
