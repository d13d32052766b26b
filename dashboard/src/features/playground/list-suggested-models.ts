import { useQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";

/** A few models to begin with: routes, which somebody made, then the newest of each provider. */
export function useSuggestedModels() {
  const call = useCall();
  return useQuery({
    queryKey: ["models", "suggested"],
    queryFn: async ({ signal }) => {
      const [listed, newest] = await Promise.all([
        call("GET /api/models", { query: { limit: 4 }, signal }),
        call("GET /api/models", { query: { mode: "chat", order: "released", limit: 500 }, signal }),
      ]);
      const ofEach = new Map(newest.data.toReversed().map(({ id, provider }) => [provider, id]));
      const aliases = listed.data.filter(({ targets }) => targets !== undefined).map(({ id }) => id);
      const others = listed.data.map(({ id }) => id);
      return [...new Set([...aliases, ...[...ofEach.values()].toReversed(), ...others])].slice(0, 4);
    },
    staleTime: 60_000,
  });
}
