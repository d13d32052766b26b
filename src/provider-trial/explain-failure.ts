import { GatewayError, type UnreachableReason } from "#core/errors";
import { InvalidAnswer } from "#dialects/operation";
import { messageOf } from "#lib/message-of";
import { AttemptFailure } from "#routing/attempt";
import { classifyError, type FailureClass } from "#routing/failure-classes";

/** What a trial may come to, apart as far as the remedies are. */
export const trialOutcomes = [
  "ok",
  "key_refused",
  "model_unknown",
  "rate_limited",
  "host_unknown",
  "not_reachable",
  "tls_failed",
  "address_forbidden",
  "timeout",
  "invalid_answer",
  "provider_error",
] as const;

export type TrialOutcome = (typeof trialOutcomes)[number];

type Tried = { readonly provider: string; readonly key: string; readonly model?: string };

type Explained = { readonly outcome: TrialOutcome; readonly message: string; readonly status?: number };

/** Says what failed and what to look at. What the provider said is masked already. */
export function explainFailure(cause: unknown, tried: Tried): Explained {
  if (cause instanceof AttemptFailure) {
    const { error, failureClass, facts } = cause;
    const { status } = facts;
    const outcome = outcomeOf(failureClass, error);
    // Towards clients the provider's own words of a key stay in the log.
    const said = failureClass === "key-refused" ? (error.options.detail ?? error.message) : error.message;
    return { outcome, message: sentence(outcome, said, tried), ...(status !== undefined && { status }) };
  }
  if (cause instanceof GatewayError) {
    const outcome = outcomeOf(classifyError(cause), cause);
    return { outcome, message: sentence(outcome, cause.message, tried) };
  }
  if (cause instanceof InvalidAnswer)
    return { outcome: "invalid_answer", message: sentence("invalid_answer", cause.message, tried) };
  return { outcome: "provider_error", message: `The provider "${tried.provider}" ${messageOf(cause)}` };
}

function outcomeOf(failureClass: FailureClass, { code, options }: GatewayError): TrialOutcome {
  if (code === "upstream_timeout") return "timeout";
  const { unreachable } = options;
  return (unreachable === undefined ? outcomes[failureClass] : unreachableOutcomes[unreachable]) ?? "provider_error";
}

const unreachableOutcomes: { readonly [reason in UnreachableReason]: TrialOutcome } = {
  "unknown-host": "host_unknown",
  "forbidden-address": "address_forbidden",
  tls: "tls_failed",
};

const outcomes: { readonly [name in FailureClass]?: TrialOutcome } = {
  refused: "not_reachable",
  reset: "not_reachable",
  unreachable: "not_reachable",
  "rate-limited": "rate_limited",
  "key-refused": "key_refused",
  "unknown-model": "model_unknown",
  "invalid-answer": "invalid_answer",
  "empty-answer": "invalid_answer",
  unreadable: "invalid_answer",
  timeout: "timeout",
};

function sentence(outcome: TrialOutcome, said: string, { provider, key, model }: Tried): string {
  switch (outcome) {
    case "ok":
      return said;
    case "key_refused":
      return `"${provider}" refused the key "${key}": ${said}. Look whether it was copied whole, belongs to this provider and has credit`;
    case "model_unknown":
      return model === undefined
        ? `"${provider}" was reached, but knows no list of models under this base URL: ${said}`
        : `"${provider}" was reached, but does not serve the model "${model}" with this key: ${said}`;
    case "rate_limited":
      return `"${provider}" knows the key "${key}" and limits it at the moment: ${said}`;
    case "host_unknown":
      return `${said}. Look for a slip in the base URL, and whether this machine can resolve names`;
    case "not_reachable":
      return `${said}. Look whether something listens there, and whether a firewall or proxy is between`;
    case "tls_failed":
      return `${said}. Look whether the base URL should begin with http://, or NODE_EXTRA_CA_CERTS must name its authority`;
    case "address_forbidden":
      return said;
    case "timeout":
      return `${said}. Look whether the base URL is right and the network lets it through`;
    case "invalid_answer":
      return `Something answered that does not speak the provider's dialect: ${said}. Look at the base URL and the dialect`;
    case "provider_error":
      return `"${provider}" was reached and answered with an error: ${said}`;
  }
}
