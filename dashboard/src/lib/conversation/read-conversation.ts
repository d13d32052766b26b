import { isObject, type JsonObject, textOf, tryParse } from "../json";
import { anthropicAnswer, anthropicStreamed, anthropicTools, anthropicTurns } from "./anthropic-messages";
import { converseAnswer, converseTools, converseTurns } from "./bedrock-converse";
import { type Conversation, pairResults, type ToolOffer, type Turn } from "./conversation";
import { geminiAnswer, geminiStreamed, geminiTools, geminiTurns } from "./gemini";
import { openaiAnswer, openaiStreamed, openaiTools, openaiTurns } from "./openai-chat";
import { responsesAnswer, responsesStreamed, responsesTools, responsesTurns } from "./openai-responses";
import { parseCut } from "./parse-cut";
import { isEventStream, readEvents } from "./read-events";

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
  // Its streams are frames of bytes, which are kept as they are.
  "bedrock-converse": { turns: converseTurns, tools: converseTools, answer: converseAnswer, streamed: () => [] },
};

/** Bedrock's InvokeModel has bodies of the model's maker: Anthropic's. */
function readerOf(dialect: string | undefined, body: JsonObject): Reader {
  if (dialect === "bedrock-converse" && (body.anthropic_version !== undefined || body.type === "message"))
    return anthropic;
  return others[dialect ?? ""] ?? openai;
}

/** Undefined where the request is no conversation that is known here: then its JSON is all there is to show. */
export function readConversation(
  dialect: string | undefined,
  request: string | undefined,
  response: string | undefined,
): Conversation | undefined {
  const body = tryParse(request ?? "") ?? parseCut(request ?? "");
  if (!isObject(body)) return undefined;
  const { messages, contents, input, prompt } = body;
  const isConversation =
    Array.isArray(messages) ||
    typeof prompt === "string" ||
    (dialect === "gemini" && contents !== undefined) ||
    (dialect === "openai-responses" && input !== undefined);
  if (!isConversation) return undefined;
  const reader = readerOf(dialect, body);
  return {
    turns: pairResults(reader.turns(body)),
    answer: readAnswer(dialect, response),
    tools: reader.tools(body),
    settings: Object.entries(body).filter(([name]) => !shown.has(name)),
  };
}

const shown = new Set([
  ...["messages", "system", "tools", "prompt", "contents", "systemInstruction", "system_instruction"],
  ...["toolConfig", "input", "instructions"],
]);

/** The turns of an answer, whole or streamed; none where nothing of it can be read. */
export function readAnswer(dialect: string | undefined, response: string | undefined): readonly Turn[] {
  if (response === undefined || response === "") return [];
  if (isEventStream(response)) {
    const events = readEvents(response);
    const turns = readerOf(dialect, {}).streamed(events);
    return [...turns.filter(({ parts }) => parts.length > 0), ...events.flatMap(errorTurn)];
  }
  const body = tryParse(response);
  if (!isObject(body)) return [];
  const error = errorTurn(body);
  return error.length > 0 ? error : readerOf(dialect, body).answer(body);
}

function errorTurn({ error }: JsonObject): readonly Turn[] {
  const text = isObject(error) ? (textOf(error.message) ?? JSON.stringify(error)) : textOf(error);
  return text === undefined ? [] : [{ role: "error", parts: [{ kind: "text", text }] }];
}
