import type { CompletionEvent } from "#core/completion";
import type { UpstreamFailure } from "#core/upstream-failure";
import type { StreamEvent } from "#lib/frame-parser";
import { arrayOf, isArray, isObject, type Json, type JsonObject, numberOf, objectOf, stringOf } from "#lib/json";
import { InvalidAnswer } from "../operation";
import { failureOfWhole, readFailureJson, withUsage } from "../read-failure";
import { type Blocked, blockedFinish, CandidateDecoder } from "./candidate-decoder";
import { createUsageTally, usageOf } from "./usage";

/** More candidates than anybody asks for are no answer. */
const mostCandidates = 1024;

/** Reads the chunks of an answer; a whole answer is one. */
export class ChunkReader {
  private readonly candidates = new Map<number, CandidateDecoder>();
  private readonly tally = createUsageTally();
  private hasStarted = false;
  private seed = "";
  private blockReason: string | undefined;
  private blockMessage: string | undefined;

  /** Every candidate has its finish, or the prompt was blocked. */
  get isFinished(): boolean {
    if (this.blockReason !== undefined) return true;
    if (this.candidates.size === 0) return false;
    return this.candidates.values().every((candidate) => candidate.isFinished);
  }

  get usage() {
    return this.tally.usage();
  }

  get serviceTier() {
    return this.tally.serviceTier();
  }

  push(chunk: JsonObject): readonly CompletionEvent[] {
    const events: CompletionEvent[] = [];
    if (!this.hasStarted) events.push(this.start(chunk));
    this.tally.add(chunk);
    const feedback = objectOf(chunk, "promptFeedback") ?? {};
    this.blockReason ??= stringOf(feedback, "blockReason");
    // Of Vertex: https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference#response
    this.blockMessage ??= stringOf(feedback, "blockReasonMessage");
    for (const [position, candidate] of arrayOf(chunk, "candidates").entries()) {
      if (!isObject(candidate)) continue;
      const decoder = this.candidateAt(numberOf(candidate, "index") ?? position);
      if (decoder !== undefined) for (const event of decoder.push(candidate)) events.push(event);
    }
    return events;
  }

  /** Takes the usage of a chunk alone. */
  count(chunk: JsonObject): void {
    this.tally.add(chunk);
  }

  /** A chunk came that says what the one before did, with another text. */
  repeat(choice: number, text: string): void {
    this.candidates.get(choice)?.repeat(text);
  }

  /** What is owed at the end: a blocked prompt is answered by nothing, or by no more than came, for that reason. */
  close(): readonly CompletionEvent[] {
    const blocked = this.blocked();
    if (this.candidates.size === 0) return blocked === undefined ? [] : [blockedFinish(0, blocked)];
    return [...this.candidates].sort(([a], [b]) => a - b).flatMap(([, candidate]) => candidate.close(blocked));
  }

  private blocked(): Blocked | undefined {
    return this.blockReason === undefined ? undefined : { reason: this.blockReason, message: this.blockMessage };
  }

  private start(chunk: JsonObject): CompletionEvent {
    this.hasStarted = true;
    const id = stringOf(chunk, "responseId") ?? "";
    this.seed = id;
    return { type: "start", id, model: stringOf(chunk, "modelVersion") ?? "" };
  }

  private candidateAt(choice: number): CandidateDecoder | undefined {
    const known = this.candidates.get(choice);
    if (known !== undefined || this.candidates.size >= mostCandidates) return known;
    const made = new CandidateDecoder(choice, this.seed);
    this.candidates.set(choice, made);
    return made;
  }
}

/** The names of events: Google gives none, and what stands before it may name its errors. */
export function isKnownEvent(event: string): boolean {
  return event === "message" || event === "error";
}

/** The error that an event is. One named `error` may hold nothing but words. */
export function failureOfEvent({ data, event }: StreamEvent, sent: Json | undefined): UpstreamFailure | undefined {
  // Google lists its errors where it lists the chunks.
  const json = isArray(sent) && sent.length === 1 ? sent[0] : sent;
  const failure =
    event === "error"
      ? (readFailureJson(json ?? data) ?? { message: data })
      : failureOfWhole(json ?? null, isChunk(json));
  return failure && withUsage(failure, usageOf(json));
}

/** Of what a stream begins with. Throws InvalidAnswer for what has nothing of an answer: it is something else in its place. */
export function requireAnswer(json: JsonObject): void {
  const isOther = Object.keys(json).length > 0 && !isChunk(json) && !headFields.some((name) => name in json);
  if (isOther) throw new InvalidAnswer("its stream begins with what is no piece of an answer");
}

/** What may come before the first candidate: https://ai.google.dev/api/generate-content#generatecontentresponse */
const headFields = ["responseId", "modelVersion", "modelStatus", "createTime"];

/** Whether it is an answer, or a piece of one. */
export function isChunk(json: Json | undefined): json is JsonObject {
  if (!isObject(json)) return false;
  return Array.isArray(json.candidates) || isObject(json.promptFeedback) || isObject(json.usageMetadata);
}
