import type { FailureSubject } from "#core/errors";
import type { UpstreamFailure } from "./operation";

/**
 * Codes and types as providers document them: OpenAI and Azure, DashScope (`data_inspection_failed`), Groq
 * (`model_decommissioned`), Together (`model_not_available`), Mistral and Perplexity (`invalid_model`).
 */
const subjectsByCode: ReadonlyMap<string, FailureSubject> = new Map([
  ["context_length_exceeded", "context-length"],
  ["model_max_prompt_tokens_exceeded", "context-length"],
  ["content_filter", "content-filter"],
  ["content_filter_error", "content-filter"],
  ["content_policy_violation", "content-filter"],
  ["responsibleaipolicyviolation", "content-filter"],
  ["moderation_blocked", "content-filter"],
  ["data_inspection_failed", "content-filter"],
  ["model_not_found", "unknown-model"],
  ["model_not_available", "unknown-model"],
  ["model_decommissioned", "unknown-model"],
  ["unknown_model", "unknown-model"],
  ["invalid_model", "unknown-model"],
  ["deploymentnotfound", "unknown-model"],
  ["insufficient_quota", "quota"],
  ["billing_hard_limit_reached", "quota"],
]);

/** Words of providers that give no code: Anthropic, vLLM, Mistral, xAI, Google, Bedrock, Cohere, Together, OpenRouter, DeepSeek. */
const subjectsByWords: readonly (readonly [FailureSubject, RegExp])[] = [
  [
    "context-length",
    /prompt is too long|input is too long|too many (?:input |total )?tokens|exceeds? (?:the |this model's )?(?:maximum )?(?:context|(?:number of )?tokens? (?:limit|allowed))|maximum (?:context|prompt) length|maximum number of tokens|context (?:length|window|limit)[^.]{0,80}exceed|exceed[^.]{0,80}context (?:length|window|limit|size)|`?inputs`? tokens \+ `?max_new_tokens`? must be|reduce the length of (?:the|your) (?:messages|prompt|input)/i,
  ],
  [
    "content-filter",
    /content[ -](?:management|filtering|moderation|safety)? ?polic(?:y|ies)|content[ -]filter|safety system|was flagged|usage (?:guidelines|policy|policies)|requires moderation/i,
  ],
  [
    "unknown-model",
    /model[^.]{0,200}(?:does not exist|not exist|not found|is not supported by this endpoint|has been deprecated)|not a valid model|invalid model|unknown model|model identifier is invalid/i,
  ],
];

/** Reads it out of code, type and words; undefined where they say no more than the status. */
export function failureSubject({ code, type, message }: UpstreamFailure): FailureSubject | undefined {
  const byCode = subjectsByCode.get(code?.toLowerCase() ?? "") ?? subjectsByCode.get(type?.toLowerCase() ?? "");
  return byCode ?? subjectsByWords.find(([, words]) => words.test(message))?.[0];
}

/** The status that stands behind an error which came without one, in a stream or under 200. */
export function impliedStatus({ code, type }: UpstreamFailure): number | undefined {
  const status = Number(code);
  if (status >= 400 && status < 600) return status;
  return statusesByType.get(type ?? "") ?? statusesByType.get(code ?? "");
}

/** https://docs.claude.com/en/api/errors and OpenAI's types, which carry no status of their own. */
const statusesByType: ReadonlyMap<string, number> = new Map([
  ["invalid_request_error", 400],
  ["authentication_error", 401],
  ["billing_error", 402],
  ["permission_error", 403],
  ["not_found_error", 404],
  ["request_too_large", 413],
  ["rate_limit_error", 429],
  ["rate_limit_exceeded", 429],
  ["tokens", 429],
  ["insufficient_quota", 429],
  ["api_error", 500],
  ["server_error", 500],
  ["timeout_error", 504],
  ["overloaded_error", 529],
]);
