import { useQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";

export function useRunningNow() {
  const call = useCall();
  return useQuery({
    queryKey: ["stats", "now"],
    queryFn: ({ signal }) => call("GET /api/stats/now", { signal }),
    refetchInterval: 5000,
  });
}
