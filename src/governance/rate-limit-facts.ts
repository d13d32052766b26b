import type { RateLimitFacts, RateLimitState } from "#core/inference";
import type { RateLimit } from "#core/limit";
import { type Hold, type NoRoom, windowParts } from "#ledger/ledger";
import type { HeldLimit } from "./held-limits";
import { type LimitClock, sixteenthAt } from "./limit-clock";

/** What the tightest rate limits of requests and of tokens have left once a request is held. */
export function rateLimitsOf(hold: Hold, held: readonly HeldLimit[], clock: LimitClock): RateLimitFacts | undefined {
  let facts: { requests?: RateLimitState; tokens?: RateLimitState } | undefined;
  for (const { limit } of held) {
    if (limit.kind !== "rate") continue;
    const at = placeOf(hold, limit.slot.index);
    // Nothing of it is held by what runs now.
    if (at === -1) continue;
    const state = stateOf(limit, limit.amount, hold.remaining[at] ?? 0, clock);
    const tightest = facts?.[limit.unit];
    facts ??= {};
    if (tightest === undefined || shareOf(state) < shareOf(tightest)) facts[limit.unit] = state;
  }
  return facts;
}

function placeOf({ entries }: Hold, slot: number): number {
  for (let index = 0; index < entries.length; index++) if (entries[index]?.slot === slot) return index;
  return -1;
}

/** The same of a rate limit that refused. */
export function refusedRateLimit(limit: RateLimit, room: NoRoom, clock: LimitClock): RateLimitFacts {
  const remaining = Math.max(0, room.allowance - room.charged - room.held);
  return { [limit.unit]: stateOf(limit, room.allowance, remaining, clock) };
}

/** Full again once what the current sixteenth counts has left the window, which is when seventeen have passed. */
function stateOf({ windowMs }: RateLimit, limit: number, remaining: number, clock: LimitClock): RateLimitState {
  const partMs = windowMs / windowParts;
  const fullAtMs = (sixteenthAt(windowMs, clock.machineMs) + windowParts + 1) * partMs;
  const resetInMs = fullAtMs - clock.machineMs;
  return { limit, remaining, resetInMs, resetAtMs: clock.nowMs + resetInMs };
}

function shareOf({ limit, remaining }: RateLimitState): number {
  return limit === 0 ? 0 : remaining / limit;
}
