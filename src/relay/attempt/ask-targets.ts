import type { Usage } from "#core/usage";
import { type AttemptFailure, attemptTargets } from "#routing/attempt";
import { failureClasses } from "#routing/failure-classes";
import type { Plan } from "#routing/plan";
import { sleep } from "#routing/sleep";
import { estimateUsage } from "../estimate-usage";
import type { Exchange } from "../exchange";
import { prepareRequest } from "../request/prepare-request";
import { type OpenedAnswer, openAnswer } from "./open-answer";

/** Asks the planned targets until one answers. Every attempt is admitted by the account first, and noted there. */
export function askTargets(exchange: Exchange, plan: Plan): Promise<OpenedAnswer> {
  const { account, inference, clock, health, random, settings } = exchange;
  return attemptTargets(plan, {
    admit: (target) => {
      // Before anything is held: a target that cannot carry the request is passed over.
      const prepared = prepareRequest(exchange, target);
      account.admit(target, health.row(target));
      account.dropped = prepared.dropped;
      return prepared;
    },
    tryTarget: (attempt) => openAnswer(exchange, attempt),
    failed: ({ target }, failure) => {
      const usage = chargedFor(exchange, failure);
      const cost = account.failed(target, usage);
      if (usage !== undefined) health.used(target, usage, cost ?? 0);
      const last = account.attempts.pop();
      if (last === undefined) return;
      account.attempts.push({
        ...last,
        error: failure.error.code,
        errorClass: failure.failureClass,
        ...(usage === undefined ? {} : { usage }),
        ...(cost === undefined ? {} : { cost }),
      });
    },
    wentOn: (next) => {
      const last = account.attempts.pop();
      if (last !== undefined) account.attempts.push({ ...last, next });
    },
    health,
    clock,
    random,
    sleep: async (delayMs, signal) => {
      const startedMs = clock.monotonicMs();
      await sleep(delayMs, signal);
      account.upstreamMs += clock.monotonicMs() - startedMs;
    },
    signal: inference.signal,
    limits: { maxAttempts: settings.maxAttempts, deadlineMs: settings.attemptDeadlineMs },
  });
}

/** What the provider may charge for an attempt that came to nothing: what it says, else the input where it had that. */
function chargedFor({ account, operation }: Exchange, { facts, failureClass }: AttemptFailure): Usage | undefined {
  if (facts.usage !== undefined) return facts.usage;
  const { billed } = failureClasses[failureClass];
  return billed === "nothing" ? undefined : estimateUsage(operation, account.estimatedInput, 0);
}
