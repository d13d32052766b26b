import type { TargetMatch } from "#core/limit";
import type { LimitsConfig } from "./limit-schema";
import type { Problem } from "./problem";
import type { ConfigFile } from "./schema";
import { settingDefaults } from "./settings-schema";

/** As many limits may apply to one request: what the ledger holds a request in, but for the virtual key's own counter. */
export const maxLimits = 23;

/**
 * No request is held against more of these limits than this: it meets as many targets as it makes attempts, and those
 * limits that name one model or one provider meet only theirs.
 */
export function mostAtOnce(limits: readonly { readonly match: TargetMatch }[], attempts: number): number {
  if (limits.length <= maxLimits) return limits.length;
  const groups = Map.groupBy(limits, ({ match: { model = "*", provider = "*" } }) => {
    if (!model.includes("*")) return `model ${model}`;
    return provider.includes("*") ? "any" : `provider ${provider}`;
  });
  const largest = (kind: string) =>
    [...groups]
      .flatMap(([group, { length }]) => (group.startsWith(kind) ? [length] : []))
      .sort((left, right) => right - left)
      .slice(0, attempts)
      .reduce((sum, length) => sum + length, 0);
  return (groups.get("any")?.length ?? 0) + largest("model ") + largest("provider ");
}

export function tooManyText(found: number): string {
  return `found ${found} limits that could apply, at most ${maxLimits} may apply to one request`;
}

/** Virtual keys of a file that more limits of the same file could apply to than one request can be held against. */
export function limitCountProblems(config: ConfigFile): readonly Problem[] {
  const attempts = config.settings?.max_attempts ?? settingDefaults.max_attempts;
  const teams = new Map((config.teams ?? []).map((team) => [team.name, team]));
  const customers = new Map((config.customers ?? []).map((customer) => [customer.name, customer]));
  const gateway = (config.limits ?? []).flatMap((limit) =>
    limitsOf(limit, limit).map((own) => ({ ...own, tags: limit.tags ?? {} })),
  );
  return (config.virtual_keys ?? []).flatMap((key, index) => {
    const team = teams.get(key.team ?? "");
    const customer = customers.get(key.customer ?? team?.customer ?? "");
    const tagged = gateway.filter(({ tags }) => Object.entries(tags).every(([name, tag]) => key.tags?.[name] === tag));
    const all = [...limitsOf(key), ...limitsOf(team), ...limitsOf(customer), ...tagged];
    if (mostAtOnce(all, attempts) <= maxLimits) return [];
    return [{ path: ["virtual_keys", index], message: tooManyText(all.length) }];
  });
}

function limitsOf(entry: LimitsConfig = {}, around: Pick<TargetMatch, "model" | "provider"> = {}) {
  const { model, provider } = around;
  const outer = { ...(model === undefined ? {} : { model }), ...(provider === undefined ? {} : { provider }) };
  return [...(entry.budgets ?? []), ...(entry.rate_limits ?? [])].map((own) => ({
    match: {
      ...outer,
      ...(own.model === undefined ? {} : { model: own.model }),
      ...(own.provider === undefined ? {} : { provider: own.provider }),
    },
  }));
}
