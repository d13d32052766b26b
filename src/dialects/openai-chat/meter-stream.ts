import type { UpstreamFailure } from "#core/upstream-failure";
import type { Usage } from "#core/usage";
import type { StreamEvent } from "#lib/frame-parser";
import { arrayOf, isObject, type JsonObject, numberOf, stringOf } from "#lib/json";
import { EventTemplate } from "../event-template";
import { carriesNothing, isHarmless } from "../idle-events";
import type { MeterOptions, MeterVerdict, StreamMeter } from "../operation";
import { checkChoices, doneMark, isChunk, isComplete, readChunk, readChunkError, readChunkUsage } from "./chunk";
import { readOutput } from "./delta-output";

const pass: MeterVerdict = { forward: true, token: false, terminal: false };
const passToken: MeterVerdict = { forward: true, token: true, terminal: false, whole: true };
const passLast: MeterVerdict = { forward: true, token: false, terminal: true };
const hold: MeterVerdict = { forward: false, token: false, terminal: false };

/**
 * Watches a stream that passes through. Ordinary events are matched against a template; what may carry a finish, usage or an error
 * is parsed. Held back: our usage chunk, a `[DONE]` after an incomplete answer, and the provider's own error, which is
 * for the caller to tell in our words (`facts().error`).
 */
export function createStreamMeter({ choices: asked = 1, hideIdle, hideUsage }: MeterOptions): StreamMeter {
  const choices = new Map<number, { readonly finish?: string }>();
  const template = new EventTemplate();
  let usage: Usage | undefined;
  let model: string | undefined;
  let serviceTier: string | undefined;
  let error: UpstreamFailure | undefined;
  let done = false;
  let sawFinish = false;
  let outputBytes = 0;

  const allOutputBytes = () => outputBytes + template.passedBytes;
  const complete = () => {
    // A provider that gives fewer choices than were asked for has to say itself that it is done.
    if (error !== undefined || (choices.size < asked && !done)) return false;
    return isComplete([...choices.values()], { done, usage: usage !== undefined });
  };

  /** Gives the choice's texts; undefined when it carries no output at all. */
  const pushChoice = (choice: JsonObject): readonly string[] | undefined => {
    const index = numberOf(choice, "index") ?? 0;
    const finish = stringOf(choice, "finish_reason") || choices.get(index)?.finish;
    choices.set(index, finish === undefined ? {} : { finish });
    checkChoices(choices.size);
    if (finish !== undefined) sawFinish = true;
    // Legacy completions stream `text` in the choice itself.
    const output = readOutput(isObject(choice.delta) ? choice.delta : { content: choice.text ?? null });
    for (const text of output.texts) outputBytes += Buffer.byteLength(text);
    return output.carries ? output.texts : undefined;
  };

  const pushChunk = (chunk: JsonObject, { event, raw }: StreamEvent): MeterVerdict => {
    const failure = readChunkError(chunk, event);
    if (failure !== undefined) {
      error = failure;
      usage = failure.usage ?? usage;
      return hold;
    }
    model = model || stringOf(chunk, "model");
    serviceTier = stringOf(chunk, "service_tier") ?? serviceTier;
    usage = readChunkUsage(chunk) ?? usage;
    const parts = arrayOf(chunk, "choices").filter(isObject);
    if (parts.length === 0 && isObject(chunk.usage) && hideUsage) return hold;
    const outputs = parts.map(pushChoice).filter((texts) => texts !== undefined);
    const text = isOrdinary(chunk, parts) && outputs[0]?.length === 1 ? outputs[0][0] : undefined;
    if (text !== undefined) template.remember(raw, text);
    return outputs.length > 0 ? passToken : pass;
  };

  const push = (event: StreamEvent): MeterVerdict => {
    if (done || error) return hold;
    if (template.takes(event.raw)) return passToken;
    if (carriesNothing(event, isChunk)) return isHarmless(event) && hideIdle !== true ? pass : hold;
    template.forget();
    if (event.data.trim() === doneMark) {
      done = true;
      return complete() ? passLast : hold;
    }
    const chunk = readChunk(event);
    return chunk === undefined ? pass : pushChunk(chunk, event);
  };

  const facts = () => {
    const finishReason = (choices.get(0) ?? [...choices.values()][0])?.finish;
    const isWhole = complete();
    return {
      ...(usage && { usage }),
      ...(finishReason !== undefined && { finishReason }),
      ...(model && { model }),
      ...(serviceTier !== undefined && { serviceTier }),
      ...(error && { error }),
      complete: isWhole,
      missingTail: isWhole && !done ? `data: ${doneMark}\n\n` : "",
      outputBytes: allOutputBytes(),
    };
  };

  return { push, ordinary: template, outputBytes: allOutputBytes, finished: () => sawFinish && complete(), facts };
}

/** One choice, no finish, no usage: nothing to know but its text. */
function isOrdinary(chunk: JsonObject, parts: readonly JsonObject[]): boolean {
  const bare = (chunk.usage === undefined || chunk.usage === null) && chunk.x_groq === undefined;
  return bare && parts.length === 1 && !parts[0]?.finish_reason;
}
