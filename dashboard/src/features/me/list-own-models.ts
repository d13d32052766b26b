import { useQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";

export function useOwnModels() {
  const call = useCall();
  return useQuery({
    queryKey: ["me", "models"],
    queryFn: ({ signal }) => call("GET /api/me/models", { query: { limit: 1000 }, signal }),
  });
}
