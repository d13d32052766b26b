import { useQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";

export function useProviders() {
  const call = useCall();
  return useQuery({
    queryKey: ["providers"],
    queryFn: ({ signal }) => call("GET /api/providers", { query: { limit: 1000 }, signal }),
  });
}
