import type { ConfigurationChange } from "#api/schema.gen";
import { useCall } from "#api/use-call";
import { useChange } from "#api/use-change";
import { formatCount } from "#lib/format-number";

const touched = [
  "settings",
  "providers",
  "targets",
  "models",
  "routes",
  "customers",
  "teams",
  "limits",
  "budgets",
  "rate-limits",
  "virtual-keys",
  "audit",
];

type Input = {
  readonly yaml: string;
  readonly remove: boolean;
  /** What the comparison that was looked at said. */
  readonly seen: readonly ConfigurationChange[];
};

/** All of a text or nothing, and only what was looked at: somebody else may have changed something meanwhile. */
export function useApplyConfiguration() {
  const call = useCall();
  const apply = async ({ yaml, remove, seen }: Input) => {
    const now = await call("POST /api/configuration/compare", { body: { yaml } });
    if (JSON.stringify(now.changes) !== JSON.stringify(seen))
      throw new Error("The configuration was changed meanwhile. Nothing is applied: compare again.");
    return await call("POST /api/configuration/apply", { body: { yaml, remove } });
  };
  return useChange(apply, {
    invalidates: touched,
    done: ({ changes }) =>
      changes.length === 1 ? "One change is applied." : `${formatCount(changes.length)} changes are applied.`,
    quietErrors: true,
  });
}
