import { arrayOf, isArray, isObject, type Json, type JsonObject, objectOf, stringOf } from "#lib/json";
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

/** What Bedrock is asked by InvokeModel in the words of other makers than Anthropic, which the gateway refuses. */
export const otherMakers = "InvokeModel with a body of another maker than Anthropic";

type Exchange = {
  readonly op: string;
  readonly text: string;
  /** The body as JSON, where it is. */
  readonly answer: Json | undefined;
  readonly request: Json | undefined;
  readonly status: number;
  /** Whose exchange it is. */
  readonly file: string;
};

export function whatItIs({ answer, file, op, request, status, text }: Exchange): Kind {
  const dialect = dialectOfOp.get(op);
  if (dialect !== undefined) return { dialect };
  if (op === "completions") return { other: op };
  if (op.startsWith("bedrock.invoke"))
    // What Bedrock says against a request is the same, whoever made the model.
    return status >= 300 || (isObject(request) && request.anthropic_version !== undefined)
      ? { dialect: "bedrock-invoke" }
      : { other: otherMakers };
  const first = isArray(answer) ? answer[0] : answer;
  const found = isObject(first) ? ofBody(first, file) : ofText(text, file);
  if (found !== undefined) return found;
  if (op === "embeddings")
    return { other: isObject(first) && isObject(first.error) ? op : "embeddings of their own form" };
  return { other: op === "body-only" || op === "other" ? `other (${file})` : op };
}

/** By the fields that an answer of the dialect cannot lack. */
function ofBody(body: JsonObject, file: string): Kind | undefined {
  if (body.type === "message" && isArray(body.content)) return { dialect: "anthropic-messages" };
  if (arrayOf(body, "choices").some((choice) => isObject(choice) && isObject(choice.message)))
    return { dialect: "openai-chat" };
  if (file === "openai" && stringOf(objectOf(body, "error") ?? {}, "type") !== undefined)
    return { dialect: "openai-chat" };
  if (file === "cohere" && isObject(body.embeddings)) return { other: "cohere.embed" };
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
