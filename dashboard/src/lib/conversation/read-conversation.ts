import { isObject, type JsonObject, objectsOf, textOf, tryParse } from "../json";
import { anthropicAnswer, anthropicStreamed, anthropicTools, anthropicTurns } from "./anthropic-messages";
import { converseAnswer, converseStreamed, converseTools, converseTurns } from "./bedrock-converse";
import { type Body, type Conversation, pairResults, type ToolOffer, type Turn } from "./conversation";
import { blockedPrompt, geminiAnswer, geminiStreamed, geminiTools, geminiTurns } from "./gemini";
import { openaiAnswer, openaiStreamed, openaiTools, openaiTurns } from "./openai-chat";
import { responsesAnswer, responsesStreamed, responsesTools, responsesTurns } from "./openai-responses";
import { parseCut } from "./parse-cut";
import { isEventStream, readEvents } from "./read-events";
import { readFrames } from "./read-frames";

/** How bodies of one dialect are read. */
type Reader = {
  readonly turns: (body: JsonObject) => readonly Turn[];
  readonly tools: (body: JsonObject) => readonly ToolOffer[];
  readonly answer: (body: JsonObject) => readonly Turn[];
  readonly streamed: (events: readonly JsonObject[]) => readonly Turn[];
};

const openai: Reader = {
  turns: (body) => openaiTurns(body.messages ?? [{ role: "user", content: body.prompt }]),
  tools: ({ tools }) => openaiTools(tools),
  answer: openaiAnswer,
  streamed: openaiStreamed,
};
const anthropic: Reader = {
  turns: ({ system, messages }) => anthropicTurns(system, messages),
  tools: ({ tools }) => anthropicTools(tools),
  answer: anthropicAnswer,
  streamed: anthropicStreamed,
};
const others: { readonly [dialect: string]: Reader } = {
  "anthropic-messages": anthropic,
  "openai-responses": {
    turns: responsesTurns,
    tools: responsesTools,
    answer: responsesAnswer,
    streamed: responsesStreamed,
  },
  gemini: { turns: geminiTurns, tools: geminiTools, answer: geminiAnswer, streamed: geminiStreamed },
  "bedrock-converse": {
    turns: converseTurns,
    tools: converseTools,
    answer: converseAnswer,
    streamed: converseStreamed,
  },
  // Its bodies are of the model's maker.
  "bedrock-invoke": anthropic,
};

function readerOf(dialect: string | undefined): Reader {
  return others[dialect ?? ""] ?? openai;
}

/** Undefined where the request is no conversation that is known here: then its JSON is all there is to show. */
export function readConversation(
  dialect: string | undefined,
  request: Body | undefined,
  response: Body | undefined,
): Conversation | undefined {
  const text = request?.text ?? "";
  const body = tryParse(text) ?? parseCut(text);
  if (!isObject(body)) return undefined;
  const { messages, contents, input, prompt } = body;
  const isConversation =
    Array.isArray(messages) ||
    typeof prompt === "string" ||
    (dialect === "gemini" && contents !== undefined) ||
    (dialect === "openai-responses" && input !== undefined);
  if (!isConversation) return undefined;
  const reader = readerOf(dialect);
  // Gemini's says which tools may be called.
  const isConverse = dialect === "bedrock-converse";
  return {
    turns: pairResults(reader.turns(body)),
    answer: readAnswer(dialect, response),
    tools: reader.tools(body),
    settings: Object.entries(body).filter(([name]) => !shown.has(name) && !(name === "toolConfig" && isConverse)),
  };
}

const shown = new Set([
  ...["messages", "system", "tools", "prompt", "contents", "systemInstruction", "system_instruction"],
  ...["input", "instructions"],
]);

/** The turns of an answer, whole or streamed; none where nothing of it can be read. */
export function readAnswer(dialect: string | undefined, response: Body | undefined): readonly Turn[] {
  const { text = "", base64 } = response ?? {};
  if (base64 !== undefined) return readStream(dialect, readFrames(base64));
  if (isEventStream(text)) return readStream(dialect, readEvents(text));
  const body = tryParse(text);
  // A stream of Gemini's that asks for no events is one list.
  if (Array.isArray(body)) return readStream(dialect, objectsOf(body));
  if (!isObject(body)) return [];
  const error = errorTurn(body);
  return error.length > 0 ? error : readerOf(dialect).answer(body);
}

function readStream(dialect: string | undefined, events: readonly JsonObject[]): readonly Turn[] {
  const turns = readerOf(dialect).streamed(events);
  return [...turns.filter(({ parts }) => parts.length > 0), ...events.flatMap(errorTurn)];
}

/**
 * OpenAI's, Anthropic's and Google's errors have a field of their own, a failed response holds it, AWS's are a message; Google says
 * of a prompt that it was blocked.
 */
function errorTurn(body: JsonObject): readonly Turn[] {
  const { error, response, message } = body;
  const said = error ?? (isObject(response) ? response.error : undefined) ?? textOf(message) ?? blockedPrompt(body);
  const text = isObject(said) ? (textOf(said.message) ?? JSON.stringify(said)) : textOf(said);
  return text === undefined ? [] : [{ role: "error", parts: [{ kind: "text", text }] }];
}
