import type { Completion, CompletionEvent, Finish, Item, Logprob } from "#core/completion";
import type { Usage } from "#core/usage";
import type { Draft } from "#lib/draft";
import type { JsonObject } from "#lib/json";
import { finishMessage } from "../finish-message";
import type { AnswerContext, Endpoint, StreamEncoder } from "../translation";
import { doneMark } from "./chunk";
import { echoIn } from "./text-completion";
import { writeUsage } from "./usage";
import { writeFinishReason } from "./wire";

/** Tells clients of the legacy API what a chat answered: https://platform.openai.com/docs/api-reference/completions/object */
export const textEndpoint: Endpoint = { encodeResponse, createStreamEncoder };

function encodeResponse(completion: Completion, context: AnswerContext): JsonObject {
  const { createdS, finishes, items, usage } = completion;
  const echo = echoIn(context.request);
  const answer: Draft<JsonObject> = {
    ...headOf(completion, context),
    created: createdS ?? context.nowS,
    choices: finishes.map((finish) => encodeChoice(finish, items, echo)),
  };
  if (usage !== undefined) answer.usage = writeUsage(usage);
  return answer;
}

function headOf({ id, model }: { readonly id: string; readonly model: string }, context: AnswerContext): JsonObject {
  return { id: id || `cmpl-${context.id}`, object: "text_completion", created: context.nowS, model };
}

function encodeChoice(finish: Finish, items: readonly Item[], echo: string): JsonObject {
  let text = echo;
  const logprobs: Logprob[] = [];
  for (const item of items) {
    if (item.choice !== finish.choice || (item.kind !== "text" && item.kind !== "refusal")) continue;
    text += item.text;
    if (item.kind === "text") logprobs.push(...item.logprobs);
  }
  return choiceOf(finish.choice, text, writeLogprobs(logprobs, echo.length), writeFinishReason(finish, false));
}

function choiceOf(index: number, text: string, logprobs: JsonObject | null, reason: string | null): JsonObject {
  return { text, index, logprobs, finish_reason: reason };
}

/** @param offset Where the first token stands in the text. */
function writeLogprobs(logprobs: readonly Logprob[], offset: number): JsonObject | null {
  if (logprobs.length === 0) return null;
  let at = offset;
  const offsets = logprobs.map(({ token }) => {
    at += token.length;
    return at - token.length;
  });
  return {
    tokens: logprobs.map(({ token }) => token),
    token_logprobs: logprobs.map(({ logprob }) => logprob),
    top_logprobs: logprobs.map(({ top }) => Object.fromEntries(top.map(({ logprob, token }) => [token, logprob]))),
    text_offset: offsets,
  };
}

/** Thoughts and calls have no place in a text; the one who asked for neither gets neither. */
function createStreamEncoder(context: AnswerContext): StreamEncoder {
  const echo = echoIn(context.request);
  const written = new Map<number, number>();
  /** Items that are texts, by choice and place. */
  const texts = new Set<string>();
  const dropped = new Set<string>();
  let head = headOf({ id: "", model: "" }, context);
  let usage: Usage | undefined;

  const write = (rest: JsonObject): string => `data: ${JSON.stringify({ ...head, ...rest })}\n\n`;

  const writeText = (choice: number, said: string, logprobs: readonly Logprob[], reason: string | null): string => {
    const offset = written.get(choice);
    const text = offset === undefined ? echo + said : said;
    const start = offset ?? echo.length;
    written.set(choice, start + said.length);
    if (text === "" && reason === null && logprobs.length === 0) return "";
    return write({ choices: [choiceOf(choice, text, writeLogprobs(logprobs, start), reason)] });
  };

  const push = (event: CompletionEvent): string => {
    switch (event.type) {
      case "start":
        ({ usage } = event);
        head = { ...headOf(event, context), created: event.createdS ?? context.nowS };
        return "";
      case "item-start":
        if (event.kind === "text" || event.kind === "refusal") texts.add(`${event.choice} ${event.index}`);
        return "";
      case "text-delta":
        return texts.has(`${event.choice} ${event.index}`)
          ? writeText(event.choice, event.text, event.logprobs ?? [], null)
          : "";
      case "finish":
        if (event.message !== undefined) dropped.add(finishMessage);
        return writeText(event.choice, "", [], writeFinishReason(event, false));
      case "usage":
        ({ usage } = event);
        return "";
      case "end": {
        const told = context.streamUsage && usage ? write({ choices: [], usage: writeUsage(usage) }) : "";
        return `${told}data: ${doneMark}\n\n`;
      }
      default:
        return "";
    }
  };

  return { push, dropped: () => [...dropped] };
}
