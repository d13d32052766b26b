import { useQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";

/** The models of a provider whose name holds this text, with their prices. */
export function useModelPrices(provider: string | undefined, model: string | undefined) {
  const call = useCall();
  return useQuery({
    queryKey: ["models", "prices", provider, model],
    queryFn: ({ signal }) => call("GET /api/models", { query: { provider, search: model, limit: 1000 }, signal }),
    enabled: provider !== undefined && model !== undefined,
    staleTime: 5 * 60_000,
  });
}
