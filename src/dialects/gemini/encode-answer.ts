import type { Completion, CompletionEvent } from "#core/completion";
import type { Usage } from "#core/usage";
import type { Draft } from "#lib/draft";
import type { JsonObject } from "#lib/json";
import { writeJson } from "#lib/json-text";
import { expand } from "../collect";
import type { AnswerContext, StreamEncoder } from "../translation";
import { AnswerWriter } from "./answer-writer";
import { showsThoughts } from "./thinking";
import { writeUsage } from "./usage";
import { own } from "./wire";

/** Writes a whole answer. */
export function encodeResponse(completion: Completion, context: AnswerContext): JsonObject {
  const writers = createWriters(context);
  const parts = new Map<number, JsonObject[]>();
  for (const event of expand(completion)) {
    if (!("index" in event)) continue;
    const part = writers.of(event.choice).push(event);
    if (part !== undefined) addPart(partsOf(parts, event.choice), part);
  }
  const candidates = completion.finishes.map((finish) => {
    const { part, rest } = writers.of(finish.choice).finish(finish);
    const all = partsOf(parts, finish.choice);
    if (part !== undefined) all.push(part);
    return { content: { parts: all, role: "model" }, ...rest, index: finish.choice };
  });
  return { candidates, ...tail(completion, completion.usage, context) };
}

function partsOf(parts: Map<number, JsonObject[]>, choice: number): JsonObject[] {
  const known = parts.get(choice) ?? [];
  parts.set(choice, known);
  return known;
}

/** A signature that came behind its text stands on it. */
function addPart(parts: JsonObject[], part: JsonObject): void {
  const last = parts.at(-1);
  const isSignature = part.text === "" && part.thoughtSignature !== undefined;
  const fits = typeof last?.text === "string" && last.thought === part.thought && last.thoughtSignature === undefined;
  if (last !== undefined && isSignature && fits)
    parts[parts.length - 1] = { ...last, thoughtSignature: part.thoughtSignature };
  else parts.push(part);
}

/** Writes a streamed answer, chunk by chunk; the last one has finish and usage. */
export function createStreamEncoder(context: AnswerContext): StreamEncoder {
  const dropped = new Set<string>();
  const writers = createWriters(context, (path) => dropped.add(path));
  const finishes: Extract<CompletionEvent, { type: "finish" }>[] = [];
  let head: { readonly id: string; readonly model: string } = { id: "", model: "" };
  let usage: Usage | undefined;
  let textFrame: TextFrame | undefined;

  const chunk = (candidates: readonly JsonObject[], known?: Usage): string =>
    `data: ${writeJson({ candidates, ...tail(head, known, context) })}\r\n\r\n`;

  const writePart = (choice: number, part: JsonObject): string => {
    const { text } = part;
    if (typeof text !== "string" || part.thoughtSignature !== undefined || part.thought === true)
      return chunk([{ content: { parts: [part], role: "model" }, index: choice }]);
    textFrame = textFrame?.choice === choice ? textFrame : frameOf(choice, chunk([textCandidate(choice)]));
    return textFrame.before + JSON.stringify(text) + textFrame.after;
  };

  const end = (): string => {
    const candidates = finishes.map((finish) => {
      const { part = { text: "" }, rest } = writers.of(finish.choice).finish(finish);
      return { content: { parts: [part], role: "model" }, ...rest, index: finish.choice };
    });
    return chunk(candidates, usage);
  };

  const push = (event: CompletionEvent): string => {
    switch (event.type) {
      case "start":
        head = event;
        usage = event.usage;
        textFrame = undefined;
        return "";
      case "usage":
        usage = event.usage;
        return "";
      case "finish":
        finishes.push(event);
        return "";
      case "error":
        return "";
      case "end":
        return end();
      default: {
        const part = writers.of(event.choice).push(event);
        return part === undefined ? "" : writePart(event.choice, part);
      }
    }
  };

  return { push, dropped: () => [...dropped] };
}

/** A chunk's text around the one that changes from token to token. */
type TextFrame = { readonly choice: number; readonly before: string; readonly after: string };

const marker = "\u0000";

function textCandidate(choice: number): JsonObject {
  return { content: { parts: [{ text: marker }], role: "model" }, index: choice };
}

function frameOf(choice: number, chunk: string): TextFrame {
  const [before = "", after = ""] = chunk.split(JSON.stringify(marker));
  return { choice, before, after };
}

function createWriters(context: AnswerContext, drop: (path: string) => void = () => undefined) {
  const writers = new Map<number, AnswerWriter>();
  const isShown = showsThoughts(own(context.request?.spelling).thinkingConfig);
  return {
    of: (choice: number): AnswerWriter => {
      const writer = writers.get(choice) ?? new AnswerWriter(isShown, drop);
      writers.set(choice, writer);
      return writer;
    },
  };
}

function tail(
  answer: { readonly id: string; readonly model: string },
  usage: Usage | undefined,
  context: AnswerContext,
): JsonObject {
  const fields: Draft<JsonObject> = {};
  if (usage !== undefined) fields.usageMetadata = writeUsage(usage);
  fields.modelVersion = answer.model;
  fields.responseId = answer.id === "" ? context.id : answer.id;
  return fields;
}
