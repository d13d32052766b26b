import type { FileEntries } from "#config/file-entries";
import type { BudgetConfig } from "#config/limit-schema";
import { compileModelPattern } from "#core/model-names";
import { compileGlob } from "#lib/glob";
import type { Holders } from "./route-doubts";

type Target = Pick<BudgetConfig, "model" | "provider">;

type Holder = Target & {
  readonly kind: "customer" | "key" | "limit" | "team";
  readonly name: string;
  /** What it may ask for, of a key. */
  readonly models?: readonly string[];
  readonly budgets?: readonly BudgetConfig[];
};

/** Who may ask for an alias and has to hold a hard budget in dollars for the target, or its price at all. */
export function holdersIn({ customers, limits, settings, teams, virtualKeys }: FileEntries): Holders {
  const holders: readonly Holder[] = [
    ...virtualKeys.map(({ spec }) => ({ ...spec, kind: "key" as const })),
    ...teams.map((team) => ({ ...team, kind: "team" as const })),
    ...customers.map((customer) => ({ ...customer, kind: "customer" as const })),
    ...limits.map((limit) => ({ ...limit, kind: "limit" as const })),
  ].filter(({ budgets }) => budgets?.some(isHardDollars));
  return (alias, target) => {
    const found = holders.flatMap((holder) => (asks(holder, alias, target) ? [`${holder.kind} ${holder.name}`] : []));
    const all = settings.require_price === true ? ["settings.require_price", ...found] : found;
    return all.length === 0 ? undefined : all;
  };
}

function isHardDollars({ limit_usd: usd, mode = "hard" }: BudgetConfig): boolean {
  return usd !== undefined && mode === "hard";
}

function asks({ budgets = [], models, ...holder }: Holder, alias: string, target: string): boolean {
  const mayAsk = models === undefined || models.some((pattern) => compileGlob(pattern)(alias));
  return mayAsk && covers(holder, target) && budgets.some((each) => isHardDollars(each) && covers(each, target));
}

function covers({ model = "*", provider = "*" }: Target, target: string): boolean {
  const slash = target.indexOf("/");
  const [at, served] = [target.slice(0, slash), target.slice(slash + 1)];
  return compileModelPattern(model)({ id: at }, served) && compileGlob(provider)(at);
}
