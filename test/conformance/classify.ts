import { arrayOf, isArray, isObject, type Json, type JsonObject } from "#lib/json";
import type { Dialect } from "./pairs.ts";

/** What a recorded exchange is: a completion of a dialect that is served, or something else, in words. */
export type Kind = { readonly dialect: Dialect } | { readonly other: string };

const dialectOfOp: ReadonlyMap<string, Dialect> = new Map([
  ["chat.completions", "openai-chat"],
  ["messages", "anthropic-messages"],
  ["responses", "openai-responses"],
  ["gemini.generate", "gemini"],
  ["gemini.stream", "gemini"],
  ["bedrock.converse", "bedrock-converse"],
  ["bedrock.converse_stream", "bedrock-converse"],
]);

/** @param answer The body as JSON, where it is. @param request Likewise. @param file Whose exchange it is. */
export function whatItIs(
  op: string,
  text: string,
  answer: Json | undefined,
  request: Json | undefined,
  file: string,
): Kind {
  const dialect = dialectOfOp.get(op);
  if (dialect !== undefined) return { dialect };
  if (op === "completions") return { other: op };
  if (op.startsWith("bedrock.invoke"))
    return isObject(request) && request.anthropic_version !== undefined
      ? { dialect: "bedrock-invoke" }
      : { other: "InvokeModel with a body of another maker than Anthropic" };
  const first = isArray(answer) ? answer[0] : answer;
  const found = isObject(first) ? ofBody(first, file) : ofText(text, file);
  if (found !== undefined) return found;
  if (op === "embeddings") return { other: "embeddings of their own form" };
  return { other: op === "body-only" || op === "other" ? `other (${file})` : op };
}

/** By the fields that an answer of the dialect cannot lack. */
function ofBody(body: JsonObject, file: string): Kind | undefined {
  if (body.type === "message" && isArray(body.content)) return { dialect: "anthropic-messages" };
  if (arrayOf(body, "choices").some((choice) => isObject(choice) && isObject(choice.message)))
    return { dialect: "openai-chat" };
  const isGoogle = file === "gemini" || file === "vertex";
  if (isGoogle && (isArray(body.candidates) || isObject(body.promptFeedback) || isObject(body.error)))
    return { dialect: "gemini" };
  if (arrayOf(body, "data").some((each) => isObject(each) && each.object === "model")) return { other: "models" };
  if (typeof body.totalTokens === "number") return { other: "gemini.count_tokens" };
  if (isArray(body.embeddings) || isObject(body.embedding))
    return { other: isGoogle ? "gemini.embed" : "embeddings of their own form" };
  if (isArray(body.data) && body.data.some((each) => isObject(each) && each.object === "embedding"))
    return { other: "embeddings" };
  return undefined;
}

function ofText(text: string, file: string): Kind | undefined {
  if ((file === "gemini" || file === "vertex") && /^data: ?\{"(?:promptFeedback|candidates)"/.test(text))
    return { dialect: "gemini" };
  if (/^(?:data: ?)?\{"id": ?"[^"]*", ?"(?:created|choices|model|object)/.test(text) && text.includes('"delta"'))
    return { dialect: "openai-chat" };
  return undefined;
}
