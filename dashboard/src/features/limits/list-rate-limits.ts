import { useQuery } from "@tanstack/react-query";
import type { RateLimit } from "#api/schema.gen";
import { useCall } from "#api/use-call";

/** Rate limits of the gateway, customers, teams and the first thousand keys. `partial`: there are more keys. */
export function useRateLimits(wanted: boolean) {
  const call = useCall();
  return useQuery({
    queryKey: ["virtual-keys", "rate-limits"],
    queryFn: async ({ signal }) => {
      const input = { query: { limit: 1000 }, signal };
      const [limits, customers, teams, keys] = await Promise.all([
        call("GET /api/limits", input),
        call("GET /api/customers", input),
        call("GET /api/teams", input),
        call("GET /api/virtual-keys", input),
      ]);
      const shared = [...limits.data, ...customers.data, ...teams.data].flatMap((entry) => entry.rate_limits);
      const own = keys.data.flatMap((key) => key.rate_limits ?? []).filter(hasState);
      return { rows: [...shared, ...own], partial: keys.has_more };
    },
    refetchInterval: 5000,
    enabled: wanted,
  });
}

function hasState(rate: RateLimit | object): rate is RateLimit {
  return "used" in rate;
}
