import { useQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";

const everyMs = 10_000;

/** How each model at each provider behaves now. */
export function useTargets() {
  const call = useCall();
  return useQuery({
    queryKey: ["targets"],
    queryFn: ({ signal }) => call("GET /api/targets", { query: { limit: 1000 }, signal }),
    refetchInterval: everyMs,
  });
}
