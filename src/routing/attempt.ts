import { GatewayError } from "#core/errors";
import type { Target } from "#core/target";
import type { Plan } from "./plan";

/** What a failed attempt says about the ones after it. */
export type NextStep =
  /** The key was at fault: another key of the same provider may do. */
  | "next-key"
  /** The provider or the model there was at fault: its other keys are no help. */
  | "next-target"
  /** The request was at fault: no other target would answer it. */
  | "never";

/** An attempt that failed before anything was sent to the client. */
export class AttemptFailure extends Error {
  override readonly name = "AttemptFailure";
  constructor(
    readonly error: GatewayError,
    readonly next: NextStep,
    /** The provider's HTTP status, when one came. */
    readonly status?: number,
  ) {
    super(error.message, { cause: error });
  }
}

/** What a provider's error status means for the next attempt. */
export function nextStepFor(status: number): NextStep {
  if (status === 401 || status === 402 || status === 403 || status === 429) return "next-key";
  if (status === 404 || status === 408 || status >= 500 || (status >= 300 && status < 400)) return "next-target";
  return "never";
}

/**
 * Tries targets in order until one answers. Throws the last failure's error. `tryTarget` throws AttemptFailure for
 * whatever may be answered elsewhere; anything else ends the request at once.
 */
export async function attemptTargets<T>(
  targets: Plan,
  tryTarget: (target: Target) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  let last: AttemptFailure | undefined;
  let skipped: Target | undefined;
  for (const target of targets) {
    if (skipped !== undefined && target.provider === skipped.provider && target.model === skipped.model) continue;
    if (signal.aborted) throw clientClosed();
    try {
      return await tryTarget(target);
    } catch (failure) {
      if (signal.aborted) throw clientClosed();
      if (!(failure instanceof AttemptFailure) || failure.next === "never") throw reason(failure);
      last = failure;
      skipped = failure.next === "next-target" ? target : undefined;
    }
  }
  throw reason(last);
}

export function clientClosed(): GatewayError {
  return new GatewayError("client_closed", "The client closed the connection before the answer was complete");
}

function reason(failure: unknown): unknown {
  return failure instanceof AttemptFailure ? failure.error : failure;
}
