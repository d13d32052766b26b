import { maxLimits, mostAtOnce, tooManyText } from "#config/limit-count";
import { ControlError } from "#core/control-error";
import type { Limit } from "#core/limit";
import type { SnapshotContent, VirtualKey } from "#core/snapshot";

/** Throws where a request of one of these keys could have to be held against more limits than the ledger takes. */
export function refuseTooManyLimits(
  content: SnapshotContent,
  keys: Iterable<VirtualKey> = content.virtualKeys.values(),
): void {
  const { limits, settings } = content;
  const untagged = limits.filter(({ match }) => match.tags === undefined);
  if (mostAtOnce(untagged, settings.maxAttempts) > maxLimits) throw tooMany("without a virtual key", untagged.length);
  for (const key of keys) {
    if (countOf(key, content) + limits.length <= maxLimits) continue;
    const all = [...limitsOf(key, content), ...limits.filter(({ match }) => hasTags(key, match.tags))];
    if (mostAtOnce(all, settings.maxAttempts) > maxLimits) throw tooMany(`of virtual key "${key.name}"`, all.length);
  }
}

/** A key's own limits, its team's and its customer's. */
export function limitsOf(key: VirtualKey, content: SnapshotContent): readonly Limit[] {
  const { team, customer } = holdersOf(key, content);
  return [...key.limits, ...(team?.limits ?? []), ...(customer?.limits ?? [])];
}

/** As many as `limitsOf` gives, without a list for each of a hundred thousand keys. */
function countOf(key: VirtualKey, content: SnapshotContent): number {
  const { team, customer } = holdersOf(key, content);
  return key.limits.length + (team?.limits.length ?? 0) + (customer?.limits.length ?? 0);
}

function holdersOf(key: VirtualKey, { teams, customers }: SnapshotContent) {
  const team = key.team === undefined ? undefined : teams.get(key.team);
  const customerName = key.customer ?? team?.customer;
  return { team, customer: customerName === undefined ? undefined : customers.get(customerName) };
}

/** Whether a limit with these tags holds for the key. */
function hasTags(key: VirtualKey, tags: Limit["match"]["tags"] = {}): boolean {
  return Object.entries(tags).every(([name, value]) => key.tags[name] === value);
}

function tooMany(request: string, found: number): ControlError {
  return new ControlError("conflict", `Cannot hold a request ${request} against all its limits: ${tooManyText(found)}`);
}
