import type { CompletionRequest } from "#core/completion";
import { GatewayError } from "#core/errors";
import { turnsField } from "./client-words";
import type { TargetFacts } from "./target-facts";

/** For dialects whose answers are one. Throws GatewayError `unsupported_parameter` for more choices, by the client's own name for them. */
export function refuseChoices(request: CompletionRequest, { model }: Pick<TargetFacts, "model">): void {
  if (request.n <= 1) return;
  const field = turnsField(request) === "contents" ? "generationConfig.candidateCount" : "n";
  throw new GatewayError(
    "unsupported_parameter",
    `Cannot ask ${model} for ${request.n} choices: "${field}" must be 1 for this model`,
    { param: field },
  );
}
