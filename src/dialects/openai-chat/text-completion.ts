import type { CompletionRequest } from "#core/completion";
import { isArray, type Json, type JsonObject } from "#lib/json";
import { invalidField, optionalBoolean, optionalCount, optionalString, requireObject, withoutFields } from "../fields";
import { decodeRequest } from "./decode-request";

// Completions of a text, the legacy API, for providers that only chat: https://platform.openai.com/docs/api-reference/completions

/** Stands for what only the legacy API says: no provider's dialect has it, so that it is named where it is lost. */
const textDialect = "text-completion";

/**
 * Reads a whole request: its prompt is the user's message, and all else as in Chat Completions. No limit is set where there is
 * none, although the legacy API ends at 16 tokens: a model that reasons would say nothing. Throws GatewayError
 * `invalid_request` for more prompts than one, and for tokens, which mean something to their own model alone.
 */
export function decodeTextRequest(value: Json): CompletionRequest {
  const body = requireObject(value, "body");
  const top = optionalCount(body, "", "logprobs", 0);
  const request = decodeRequest({
    ...withoutFields(body, ownFields),
    messages: [{ role: "user", content: promptIn(body.prompt) }],
    ...(top !== undefined && { logprobs: true, top_logprobs: top }),
  });
  const messages = request.messages.map((message) => ({ ...message, path: "prompt" }));
  const isEchoed = optionalBoolean(body, "", "echo") === true;
  return {
    ...request,
    messages,
    extensions: { ...request.extensions, ...lostIn(body, request.n) },
    ...(isEchoed && { spelling: { ...request.spelling, [textDialect]: { echo: true } } }),
  };
}

const ownFields = ["prompt", "suffix", "echo", "best_of", "logprobs"];

function promptIn(prompt: Json | undefined): string {
  const [only = "", second] = isArray(prompt) ? prompt : [prompt];
  if (typeof only !== "string" || second !== undefined) throw invalidField("prompt", "one text at this model", prompt);
  return only;
}

/** What no chat can do. To choose from as many as are given is no choice. */
function lostIn(body: JsonObject, n: number): CompletionRequest["extensions"] {
  const suffix = optionalString(body, "", "suffix");
  const best = optionalCount(body, "", "best_of", 0);
  const lost: JsonObject = {
    ...(suffix !== undefined && suffix !== "" && { suffix }),
    ...(best !== undefined && best > n && { best_of: best }),
  };
  return Object.keys(lost).length === 0 ? {} : { [textDialect]: lost };
}

/** What the text of every choice begins with: the prompt, where the client wants it back. */
export function echoIn(request: CompletionRequest | undefined): string {
  if (request?.spelling?.[textDialect]?.echo !== true) return "";
  const [part] = request.messages[0]?.content ?? [];
  return part?.type === "text" ? part.text : "";
}
