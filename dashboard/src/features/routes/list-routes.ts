import { useQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";

export function useRoutes() {
  const call = useCall();
  return useQuery({
    queryKey: ["routes"],
    queryFn: ({ signal }) => call("GET /api/routes", { query: { limit: 1000 }, signal }),
  });
}
