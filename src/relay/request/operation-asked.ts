import type { InferenceRequest } from "#core/inference";
import type { Operation } from "#dialects/operation";
import { fieldNamesOf, scanBody } from "#dialects/request-body";

/** The name of what a request asks for: its path's operation, or another that its body is of. */
export function operationAsked(
  { header, operation }: Pick<InferenceRequest, "header" | "operation">,
  { askedInstead, body }: Pick<Operation, "askedInstead" | "body">,
  bytes: Uint8Array,
): string {
  return askedInstead?.(fieldNamesOf(scanBody(body, bytes, header))) ?? operation;
}
