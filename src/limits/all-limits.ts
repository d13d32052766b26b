import type { Budget, ConcurrencyLimit, Limit, RateLimit } from "#core/limit";
import type { SnapshotContent } from "#core/snapshot";

/** Every limit there is: the gateway's, the customers', the teams', then the virtual keys'. */
export function* allLimits({ limits, customers, teams, virtualKeys }: SnapshotContent): Iterable<Limit> {
  yield* limits;
  for (const customer of customers.values()) yield* customer.limits;
  for (const team of teams.values()) yield* team.limits;
  const seen = new Set<string>();
  for (const key of virtualKeys.values()) {
    // A key that was rotated has two entries for a while.
    if (key.limits.length === 0 || seen.has(key.id)) continue;
    seen.add(key.id);
    yield* key.limits;
  }
}

export function* allBudgets(content: SnapshotContent): Iterable<Budget> {
  for (const limit of allLimits(content)) if (limit.kind === "budget") yield limit;
}

export function* allRateLimits(content: SnapshotContent): Iterable<RateLimit | ConcurrencyLimit> {
  for (const limit of allLimits(content)) if (limit.kind !== "budget") yield limit;
}
