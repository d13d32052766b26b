import { useQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";

export function useMe() {
  const call = useCall();
  return useQuery({
    queryKey: ["me", "key"],
    queryFn: ({ signal }) => call("GET /api/me", { signal }),
    refetchInterval: 5000,
  });
}
