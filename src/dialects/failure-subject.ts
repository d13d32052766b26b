import type { FailureSubject } from "#core/errors";
import type { UpstreamFailure } from "#core/upstream-failure";
import { failureTable } from "./failure-table";

/** Reads it out of code, type and words; undefined where they say no more than the status. */
export function failureSubject({
  code = "",
  type = "",
  message,
  behind = "",
}: UpstreamFailure): FailureSubject | undefined {
  const names = [code.toLowerCase(), type.toLowerCase()];
  const text = plain(`${message} ${behind}`);
  const row = compiled.find(
    ({ codes, words }) => names.some((name) => codes.has(name)) || words.some((parts) => says(text, parts)),
  );
  return row?.about;
}

/**
 * The status that stands behind an error which came without one, in a stream or under 200: of its code, else of what it is
 * about, else of its type. One that says nothing of itself is the provider's own, 500.
 */
export function impliedStatus(failure: UpstreamFailure): number {
  const { code = "", type = "" } = failure;
  const status = Number(code);
  if (status >= 400 && status < 600) return status;
  const subject = failureSubject(failure);
  if (subject !== undefined) return statusOf(subject);
  return statusesByType.get(type) ?? statusesByType.get(code) ?? 500;
}

function statusOf(subject: FailureSubject): number {
  switch (subject) {
    case "dead-key":
      return 401;
    case "rate-limit":
      return 429;
    case "overloaded":
      return 529;
    case "unknown-model":
      return 404;
    case "context-length":
    case "content-filter":
      return 400;
  }
}

/** https://docs.claude.com/en/api/errors, OpenAI's and Moonshot's types, and vLLM's, which carry no status of their own. */
const statusesByType: ReadonlyMap<string, number> = new Map([
  ["invalid_request_error", 400],
  ["BadRequestError", 400],
  ["authentication_error", 401],
  ["invalid_authentication_error", 401],
  ["billing_error", 402],
  ["permission_error", 403],
  ["permission_denied_error", 403],
  ["not_found_error", 404],
  ["NotFoundError", 404],
  ["resource_not_found_error", 404],
  ["request_too_large", 413],
  ["rate_limit_error", 429],
  ["rate_limit_exceeded", 429],
  ["tokens", 429],
  ["insufficient_quota", 429],
  ["api_error", 500],
  ["server_error", 500],
  ["InternalServerError", 500],
  ["timeout_error", 504],
  ["overloaded_error", 529],
  // Google's statuses: https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto
  ["INVALID_ARGUMENT", 400],
  ["FAILED_PRECONDITION", 400],
  ["OUT_OF_RANGE", 400],
  ["UNAUTHENTICATED", 401],
  ["PERMISSION_DENIED", 403],
  ["NOT_FOUND", 404],
  ["INTERNAL", 500],
  ["DEADLINE_EXCEEDED", 504],
  // AWS's exceptions: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html#API_runtime_ConverseStream_Errors
  ["ValidationException", 400],
  ["ServiceQuotaExceededException", 400],
  ["AccessDeniedException", 403],
  ["ResourceNotFoundException", 404],
  ["ModelErrorException", 424],
  ["ModelStreamErrorException", 424],
  ["InternalServerException", 500],
  ["ModelTimeoutException", 504],
]);

/** Lower case, cut at the gaps. */
const compiled = failureTable.map(({ about, codes = [], words = [] }) => ({
  about,
  codes: new Set(codes),
  words: words.map((part) => part.split("*")),
}));

/** What a gap in words may hold. */
const longestGap = 120;

/** Whether the text has the parts one after the other. */
function says(text: string, [first = "", second]: readonly string[]): boolean {
  for (let at = text.indexOf(first); at >= 0; at = text.indexOf(first, at + 1)) {
    if (second === undefined) return true;
    const from = at + first.length;
    if (text.slice(from, from + longestGap + second.length).includes(second)) return true;
  }
  return false;
}

/** In lower case, with one kind of apostrophe and of space. */
function plain(text: string): string {
  return text.toLowerCase().replace(/[‘’]/g, "'").replace(/\s+/g, " ");
}
