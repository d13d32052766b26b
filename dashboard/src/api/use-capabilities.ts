import { useQuery } from "@tanstack/react-query";
import { useCall } from "./use-call";

/** What translation carries is of the program: it changes with no setting. */
export function useCapabilities(enabled = true) {
  const call = useCall();
  return useQuery({
    queryKey: ["dialects"],
    queryFn: ({ signal }) => call("GET /api/dialects", { signal }),
    enabled,
    staleTime: Number.POSITIVE_INFINITY,
  });
}
