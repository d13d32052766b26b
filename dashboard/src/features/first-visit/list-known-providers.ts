import { useQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";

/** All that can be switched on by their id, and which of them are. */
export function useKnownProviders() {
  const call = useCall();
  return useQuery({
    queryKey: ["providers", "known"],
    queryFn: ({ signal }) => call("GET /api/providers/known", { signal }),
  });
}
