import { useQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";

/** For the dialects that they speak. */
export function useProviders() {
  const call = useCall();
  return useQuery({
    queryKey: ["providers", "dialects"],
    queryFn: ({ signal }) => call("GET /api/providers", { query: { limit: 1000 }, signal }),
    staleTime: 60_000,
  });
}
