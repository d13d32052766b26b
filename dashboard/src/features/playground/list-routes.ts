import { useQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";

/** Where aliases lead, fallbacks included. */
export function useRoutes() {
  const call = useCall();
  return useQuery({
    queryKey: ["routes", "all"],
    queryFn: async ({ signal }) => (await call("GET /api/routes", { query: { limit: 1000 }, signal })).data,
    staleTime: 60_000,
  });
}
