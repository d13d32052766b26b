import { useQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";

/** What translation carries is of the program: it changes with no setting. */
export function useCapabilities() {
  const call = useCall();
  return useQuery({
    queryKey: ["dialects"],
    queryFn: ({ signal }) => call("GET /api/dialects", { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
