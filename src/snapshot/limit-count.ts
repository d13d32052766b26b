import { maxLimits, mostAtOnce, tooManyText } from "#config/limit-count";
import { ControlError } from "#core/control-error";
import { KeyTable } from "#core/key-table";
import type { Limit } from "#core/limit";
import type { SnapshotContent, VirtualKey } from "#core/snapshot";

/** Throws where a request of one of these keys could have to be held against more limits than the ledger takes. */
export function refuseTooManyLimits(
  content: SnapshotContent,
  keys: ReadonlyMap<string, VirtualKey> = content.virtualKeys,
): void {
  const { limits, settings } = content;
  const mostShared = mostLimits(content.teams) + mostLimits(content.customers) + limits.length;
  const untagged = limits.filter(({ match }) => match.tags === undefined);
  if (mostAtOnce(untagged, settings.maxAttempts) > maxLimits) throw tooMany("without a virtual key", untagged.length);
  const table = KeyTable.of(keys);
  // Of a hundred thousand keys most have a profile that others have too.
  table.profiles.forEach((profile, id) => {
    if (profile.limits.length + mostShared <= maxLimits) return;
    const key = table.keyWith(id);
    if (key === undefined) return;
    const all = [...limitsOf(key, content), ...limits.filter(({ match }) => hasTags(key, match.tags))];
    if (mostAtOnce(all, settings.maxAttempts) > maxLimits) throw tooMany(`of virtual key "${key.name}"`, all.length);
  });
}

/** A key's own limits, its team's and its customer's. */
export function limitsOf(key: VirtualKey, { teams, customers }: SnapshotContent): readonly Limit[] {
  const team = key.team === undefined ? undefined : teams.get(key.team);
  const customerName = key.customer ?? team?.customer;
  const customer = customerName === undefined ? undefined : customers.get(customerName);
  return [...key.limits, ...(team?.limits ?? []), ...(customer?.limits ?? [])];
}

function mostLimits(holders: ReadonlyMap<string, { readonly limits: readonly Limit[] }>): number {
  let most = 0;
  for (const { limits } of holders.values()) most = Math.max(most, limits.length);
  return most;
}

/** Whether a limit with these tags holds for the key. */
function hasTags(key: VirtualKey, tags: Limit["match"]["tags"] = {}): boolean {
  return Object.entries(tags).every(([name, value]) => key.tags[name] === value);
}

function tooMany(request: string, found: number): ControlError {
  return new ControlError("conflict", `Cannot hold a request ${request} against all its limits: ${tooManyText(found)}`);
}
