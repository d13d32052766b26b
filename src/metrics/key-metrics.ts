import type { SnapshotContent, VirtualKey } from "#core/snapshot";
import type { LedgerAdmin } from "#ledger/admin";
import { type RefusalKind, refusalKinds } from "#ledger/ledger";
import type { RefusalCounts } from "#ledger/slot-refusals";
import type { MetricFamily } from "./metric-family";
import { fillFamily, type MetricHead } from "./metric-head";

/** Keys shown: those of which the most requests were refused. */
const maxKeys = 500;

const refusalsHead: MetricHead = {
  name: "headgate_key_refusals_total",
  help: `Refused requests of a virtual key, by what refused them: ${refusalKinds.join(", ")}`,
  type: "counter",
  labels: ["key", "name", "team", "kind"],
};

/** For the page of metrics. @internal */
export const keyHeads: readonly MetricHead[] = [refusalsHead];

export type KeyRefusals = Pick<VirtualKey, "id" | "name" | "team"> & { readonly refusals: RefusalCounts };

/** Every virtual key of which a request was refused; once, although one with an old secret in its grace is listed twice. */
export function keyRefusals(
  { virtualKeys }: Pick<SnapshotContent, "virtualKeys">,
  read: LedgerAdmin["refusals"],
): readonly KeyRefusals[] {
  const found = new Map<string, KeyRefusals>();
  for (const { id, name, team, slot } of virtualKeys.values()) {
    const refusals = read(slot);
    if (refusals === undefined || sumOf(refusals) === 0) continue;
    found.set(id, { id, name, refusals, ...(team !== undefined && { team }) });
  }
  return [...found.values()];
}

export function keyFamilies(keys: readonly KeyRefusals[]): readonly MetricFamily[] {
  const shown = [...keys].sort((a, b) => sumOf(b.refusals) - sumOf(a.refusals)).slice(0, maxKeys);
  const samples = shown.flatMap((key) =>
    refusalKinds.map((kind) => sample(key, kind)).filter(([, value]) => value > 0),
  );
  return [fillFamily(refusalsHead, samples)];
}

function sample({ id, name, team = "", refusals }: KeyRefusals, kind: RefusalKind) {
  return [[id, name, team, kind], refusals[kind]] as const;
}

function sumOf(refusals: RefusalCounts): number {
  return refusalKinds.reduce((sum, kind) => sum + refusals[kind], 0);
}
