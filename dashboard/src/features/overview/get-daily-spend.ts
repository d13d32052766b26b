import { useQueries } from "@tanstack/react-query";
import type { Budget } from "#api/schema.gen";
import { useCall } from "#api/use-call";

const dayMs = 86_400_000;

/** What the last day took of each of these budgets, by id, where that is known of their scope. */
export function useDailySpend(budgets: readonly Budget[]): ReadonlyMap<string, number> {
  const call = useCall();
  return useQueries({
    queries: budgets.filter(countsAll).map(({ id, scope, spent_usd }) => ({
      queryKey: ["spend", "day", id],
      queryFn: async ({ signal }: { readonly signal: AbortSignal }) => {
        const from = new Date(Date.now() - dayMs).toISOString();
        const spend = await call("GET /api/spend", { query: { scope, from }, signal });
        const tokens = (spend.input_tokens ?? 0) + (spend.output_tokens ?? 0);
        return { id, amount: spent_usd === undefined ? tokens : Number(spend.cost_usd ?? 0) };
      },
      staleTime: 60_000,
    })),
    combine: (results) =>
      new Map(results.flatMap(({ data }) => (data === undefined ? [] : [[data.id, data.amount] as const]))),
  });
}

/** A scope's spend is that of its budget only where the budget counts all of its requests. */
function countsAll({ scope_kind, model, provider, provider_key }: Budget): boolean {
  return scope_kind !== "limit" && model === undefined && provider === undefined && provider_key === undefined;
}
