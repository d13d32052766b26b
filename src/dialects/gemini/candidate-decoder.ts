import type { CompletionEvent, Finish, Logprob, ReasoningPart, ReasoningState } from "#core/completion";
import { arrayOf, isObject, type JsonObject, objectOf, stringOf } from "#lib/json";
import { writtenText } from "#lib/json-text";
import { madeCallId } from "./call-ids";
import { readCitations } from "./citations";
import { readSignature } from "./foreign-state";
import { GrowingCall, isPiece } from "./growing-call";
import { readLogprobs } from "./logprobs";
import { type AnsweredPart, readPart } from "./read-part";
import { dialect, makeFinish, readFinishReason } from "./wire";

type OpenText = { readonly kind: "text" | "reasoning"; readonly index: number };

/** Turns the chunks of one candidate into items; a whole answer's candidate is read as a single chunk. */
export class CandidateDecoder {
  private events: CompletionEvent[] = [];
  private items = 0;
  private calls = 0;
  /** A text or thought goes on until something else comes, or it is signed. */
  private open: OpenText | undefined;
  /** A call that comes in pieces, and what signs it: told once it is whole. */
  private growing: { readonly call: GrowingCall; state: ReasoningState | undefined } | undefined;
  /** All text so far: citations count in it. */
  private text = "";
  private raw: string | undefined;
  private message: string | undefined;

  /** @param seed Makes ids for calls that came without one. */
  constructor(
    private readonly choice: number,
    private readonly seed: string,
  ) {}

  get isFinished(): boolean {
    return this.raw !== undefined;
  }

  push(candidate: JsonObject): readonly CompletionEvent[] {
    this.events = [];
    const logprobs = readLogprobs(candidate);
    const parts = arrayOf(objectOf(candidate, "content") ?? {}, "parts").filter(isObject);
    for (let index = 0; index < parts.length; index++) {
      const part = parts[index];
      if (part !== undefined) this.take(part, readPart(part), index === 0 ? logprobs : none);
    }
    for (const citation of readCitations(candidate, this.text))
      this.events.push({ type: "citation", choice: this.choice, index: this.placeOf("text"), citation });
    const finish = candidate.finishReason ?? undefined;
    if (finish !== undefined && finish !== "FINISH_REASON_UNSPECIFIED") this.raw = String(finish);
    this.message = stringOf(candidate, "finishMessage") ?? this.message;
    return this.events;
  }

  /** More text or thought of the open item came. */
  repeat(text: string): void {
    if (this.open?.kind === "text") this.text += text;
  }

  /** Ends what is open, and says how the candidate ended; `blocked` where it did not say so itself. */
  close(blocked?: Blocked): readonly CompletionEvent[] {
    this.events = [];
    this.endCall();
    this.closeText();
    if (this.raw !== undefined) this.events.push({ type: "finish", ...this.finish(this.raw) });
    else if (blocked !== undefined) this.events.push(blockedFinish(this.choice, blocked));
    return this.events;
  }

  private finish(raw: string): Finish {
    return makeFinish(this.choice, readFinishReason(raw, this.calls > 0), raw, this.message);
  }

  private take(part: JsonObject, read: AnsweredPart, logprobs: readonly Logprob[]): void {
    const { reasoning, state } = readSignature(stringOf(part, "thoughtSignature"));
    for (const carried of reasoning) this.addReasoning(carried);
    switch (read.kind) {
      case "text":
        this.addText("text", read.text, state, logprobs);
        break;
      case "thought":
        this.addText("reasoning", read.text, state, none);
        break;
      case "empty":
        this.addText("text", "", state, none);
        break;
      case "call":
        this.takeCall(read.call, state);
        break;
      case "image":
      case "audio":
        this.addWhole({ ...read, ...(state && { state }) });
        break;
      case "other":
        this.addWhole({ kind: "opaque", dialect, value: part });
    }
  }

  private addText(
    kind: OpenText["kind"],
    text: string,
    state: ReasoningState | undefined,
    logprobs: readonly Logprob[],
  ): void {
    const { choice } = this;
    if (text !== "" || logprobs.length > 0) {
      const index = this.placeOf(kind);
      const delta = { type: "text-delta", choice, index, text } as const;
      this.events.push(logprobs.length === 0 ? delta : { ...delta, logprobs });
      if (kind === "text") this.text += text;
    }
    if (state === undefined) return;
    this.events.push({ type: "reasoning-state", choice, index: this.placeOf(kind), state });
    // What is signed is not to be joined with what is not.
    this.closeText();
  }

  /** That of another provider, which came through a gateway. */
  private addReasoning({ isSummary, state, text }: ReasoningPart): void {
    const at = { choice: this.choice, index: this.begin() };
    const start = { type: "item-start", ...at, kind: "reasoning" } as const;
    this.events.push(isSummary === true ? { ...start, isSummary } : start);
    if (text !== "") this.events.push({ type: "text-delta", ...at, text });
    if (state !== undefined) this.events.push({ type: "reasoning-state", ...at, state });
    this.events.push({ type: "item-end", ...at });
  }

  private takeCall(call: JsonObject, state: ReasoningState | undefined): void {
    const id = stringOf(call, "id");
    const isWhole = !isPiece(call) && (this.growing === undefined || call.args !== undefined);
    if (isWhole || (id !== undefined && id !== this.growing?.call.id)) this.endCall();
    if (isWhole) {
      this.addCall(call, state);
      return;
    }
    this.growing ??= { call: new GrowingCall(call), state };
    this.growing.state ??= state;
    this.growing.call.add(call);
    if (call.willContinue !== true) this.endCall();
  }

  private endCall(): void {
    const grown = this.growing;
    this.growing = undefined;
    if (grown !== undefined) this.addCall(grown.call.whole(), grown.state);
  }

  private addCall(call: JsonObject, state: ReasoningState | undefined): void {
    const { choice, seed } = this;
    const id = stringOf(call, "id") || madeCallId(seed, choice, this.calls);
    this.calls++;
    const index = this.begin();
    const start = {
      type: "item-start",
      choice,
      index,
      kind: "tool-call",
      id,
      name: stringOf(call, "name") ?? "",
    } as const;
    this.events.push(state === undefined ? start : { ...start, state });
    // Some servers that stand in for Google write them as text.
    const json = stringOf(call, "args") || writtenText(objectOf(call, "args") ?? {});
    this.events.push({ type: "arguments-delta", choice, index, json }, { type: "item-end", choice, index });
  }

  private addWhole(item: Whole): void {
    const place = { choice: this.choice, index: this.begin() };
    this.events.push({ type: "item-start", ...place, ...item }, { type: "item-end", ...place });
  }

  private begin(): number {
    this.closeText();
    return this.items++;
  }

  private placeOf(kind: OpenText["kind"]): number {
    if (this.open?.kind === kind) return this.open.index;
    const index = this.begin();
    this.open = { kind, index };
    this.events.push({ type: "item-start", choice: this.choice, index, kind });
    return index;
  }

  private closeText(): void {
    if (this.open !== undefined) this.events.push({ type: "item-end", choice: this.choice, index: this.open.index });
    this.open = undefined;
  }
}

type Whole =
  | Extract<AnsweredPart, { readonly kind: "image" | "audio" }>
  | { readonly kind: "opaque"; readonly dialect: string; readonly value: JsonObject };

/** Why Google went no further with a prompt, in its words. */
export type Blocked = { readonly reason: string; readonly message: string | undefined };

export function blockedFinish(choice: number, { message, reason }: Blocked): CompletionEvent {
  return { type: "finish", ...makeFinish(choice, "content-filter", reason, message) };
}

const none: readonly Logprob[] = [];
