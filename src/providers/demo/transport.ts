import { arrayOf, isObject, type Json, type JsonObject, objectOf, stringOf, tryParseJson } from "#lib/json";
import { laidOut } from "#lib/pieced-bytes";
import { answerOfPieces } from "#upstream/answer-of-pieces";
import type { UpstreamRequest, UpstreamResponse } from "#upstream/upstream";

/**
 * The demo provider's end of the wire: answers a chat completion by repeating the last user message, whole or word by
 * word, with usage counted in words. Speaks the same bytes as a provider would, so that everything before it is real.
 */
export async function demoTransport(request: UpstreamRequest): Promise<UpstreamResponse> {
  const sent = laidOut(request.body);
  const text = typeof sent === "string" ? sent : new TextDecoder().decode(sent);
  const parsed = tryParseJson(text);
  const body = isObject(parsed) ? parsed : {};
  if (!request.url.endsWith("/chat/completions")) return answer(404, [errorBody("This provider only completes chats")]);
  if (arrayOf(body, "messages").length === 0) {
    return answer(400, [errorBody('"messages" must be an array of at least one message')]);
  }
  const said = lastUserText(body);
  const words = said.split(/(?<=\s)/).filter((word) => word !== "");
  const usage = usageOf(body, words);
  const model = stringOf(body, "model") ?? "echo";
  if (body.stream !== true) return answer(200, [JSON.stringify(wholeAnswer(model, said, usage))]);
  const wantsUsage = objectOf(body, "stream_options")?.include_usage === true;
  return answer(200, streamedAnswer(model, words, wantsUsage ? usage : undefined));
}

function lastUserText(body: JsonObject): string {
  const messages = arrayOf(body, "messages").filter(isObject);
  const content = messages.findLast((message) => message.role === "user")?.content;
  if (typeof content === "string") return content;
  const parts: readonly Json[] = Array.isArray(content) ? content : [];
  return parts
    .filter(isObject)
    .flatMap((part) => stringOf(part, "text") ?? [])
    .join("\n");
}

function usageOf(body: JsonObject, words: readonly string[]): JsonObject {
  const prompt = JSON.stringify(body.messages ?? "").split(/\s+/).length;
  return { prompt_tokens: prompt, completion_tokens: words.length, total_tokens: prompt + words.length };
}

function wholeAnswer(model: string, said: string, usage: JsonObject): JsonObject {
  const message = { role: "assistant", content: said, refusal: null };
  return {
    ...frameOf("chat.completion", model),
    choices: [{ index: 0, message, logprobs: null, finish_reason: "stop" }],
    usage,
  };
}

function streamedAnswer(model: string, words: readonly string[], usage: JsonObject | undefined): readonly string[] {
  const chunk = (delta: JsonObject, finish: string | null) =>
    event({ ...frameOf("chat.completion.chunk", model), choices: [{ index: 0, delta, finish_reason: finish }] });
  return [
    chunk({ role: "assistant", content: "" }, null),
    ...words.map((content) => chunk({ content }, null)),
    chunk({}, "stop"),
    ...(usage === undefined ? [] : [event({ ...frameOf("chat.completion.chunk", model), choices: [], usage })]),
    "data: [DONE]\n\n",
  ];
}

function frameOf(object: string, model: string): JsonObject {
  return { id: "chatcmpl-demo", object, created: 0, model };
}

function event(data: JsonObject): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

function errorBody(message: string): string {
  return JSON.stringify({ error: { message, type: "invalid_request_error", param: null, code: null } });
}

function answer(status: number, pieces: readonly string[]): UpstreamResponse {
  return answerOfPieces(status, new Headers({ "content-type": "application/json" }), pieces);
}
