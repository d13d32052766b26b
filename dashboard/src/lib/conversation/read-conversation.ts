import { isObject, type JsonObject, textOf, tryParse } from "../json";
import { anthropicAnswer, anthropicStreamed, anthropicTools, anthropicTurns } from "./anthropic-messages";
import { type Conversation, pairResults, type Turn } from "./conversation";
import { openaiAnswer, openaiStreamed, openaiTools, openaiTurns } from "./openai-chat";
import { parseCut } from "./parse-cut";
import { isEventStream, readEvents } from "./read-events";

/** Undefined where the request is no conversation that is known here: then its JSON is all there is to show. */
export function readConversation(
  dialect: string | undefined,
  request: string | undefined,
  response: string | undefined,
): Conversation | undefined {
  const body = tryParse(request ?? "") ?? parseCut(request ?? "");
  if (!isObject(body) || (!Array.isArray(body.messages) && typeof body.prompt !== "string")) return undefined;
  const isAnthropic = dialect === "anthropic-messages";
  const said = isAnthropic ? anthropicTurns(body.system, body.messages) : openaiTurns(messagesOf(body));
  return {
    turns: pairResults(said),
    answer: readAnswer(dialect, response),
    tools: isAnthropic ? anthropicTools(body.tools) : openaiTools(body.tools),
    settings: Object.entries(body).filter(([name]) => !shown.has(name)),
  };
}

const shown = new Set(["messages", "system", "tools", "prompt"]);

/** The turns of an answer, whole or streamed; none where nothing of it can be read. */
export function readAnswer(dialect: string | undefined, response: string | undefined): readonly Turn[] {
  if (response === undefined || response === "") return [];
  const isAnthropic = dialect === "anthropic-messages";
  if (isEventStream(response)) {
    const events = readEvents(response);
    const turns = isAnthropic ? anthropicStreamed(events) : openaiStreamed(events);
    return [...turns.filter(({ parts }) => parts.length > 0), ...events.flatMap(errorTurn)];
  }
  const body = tryParse(response);
  if (!isObject(body)) return [];
  const error = errorTurn(body);
  if (error.length > 0) return error;
  return isAnthropic ? anthropicAnswer(body) : openaiAnswer(body);
}

function errorTurn({ error }: JsonObject): readonly Turn[] {
  const text = isObject(error) ? (textOf(error.message) ?? JSON.stringify(error)) : textOf(error);
  return text === undefined ? [] : [{ role: "error", parts: [{ kind: "text", text }] }];
}

function messagesOf({ messages, prompt }: JsonObject): unknown {
  return messages ?? [{ role: "user", content: prompt }];
}
