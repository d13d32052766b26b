import type { HealthState } from "#core/health";
import { type Admission, admission, type HealthSettings } from "./health";

/** A row of health with what it leads to, for people. Shares are of one, times milliseconds from now. */
export type ExplainedHealth = {
  readonly state: "healthy" | "ejected" | "held" | "probing" | "awaiting-probe";
  readonly reason: string;
  /** Until it may be asked again; absent when it may. */
  readonly waitMs?: number;
  readonly errorRatio: number;
  readonly recentRequests: number;
  readonly recentErrors: number;
  readonly consecutiveErrors: number;
  readonly ejections: number;
  readonly retriesLeft: number;
};

/** Says why a target or key is used or not. Pure. */
export function explainHealth(state: HealthState, nowMs: number, settings: HealthSettings): ExplainedHealth {
  const says = admission(state, nowMs);
  const isRecent = nowMs - state.windowStartMs < 2 * settings.windowMs;
  const recentRequests = isRecent ? state.windowRequests + state.previousRequests : 0;
  const recentErrors = isRecent ? state.windowErrors + state.previousErrors : 0;
  return {
    ...explain(state, says, settings),
    ...(says.state === "closed" ? { waitMs: Math.ceil(says.untilMs - nowMs) } : {}),
    errorRatio: recentRequests === 0 ? 0 : recentErrors / recentRequests,
    recentRequests,
    recentErrors,
    consecutiveErrors: state.consecutiveErrors,
    ejections: state.ejections,
    retriesLeft: Math.floor(state.retryTokens),
  };
}

function explain(
  state: HealthState,
  says: Admission,
  { consecutiveErrors, errorRatio }: HealthSettings,
): Pick<ExplainedHealth, "state" | "reason"> {
  const last = state.lastStatus === 0 ? "no answer" : `status ${state.lastStatus}`;
  switch (says.state) {
    case "open":
      return {
        state: "healthy",
        reason: `fewer than ${consecutiveErrors} errors in a row and less than ${errorRatio * 100} % of recent requests`,
      };
    case "probe":
      return { state: "awaiting-probe", reason: `its cooldown is over, the next request tries it (last: ${last})` };
    case "closed":
      switch (says.why) {
        case "held":
          return { state: "held", reason: `told to wait by ${last}` };
        case "probed":
          return { state: "probing", reason: `one request is trying it (last: ${last})` };
        case "ejected":
          return { state: "ejected", reason: `cooldown ${state.ejections} after errors (last: ${last})` };
      }
  }
}
