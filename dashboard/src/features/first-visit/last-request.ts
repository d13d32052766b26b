import { useQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";

/** The newest request of all; null while there was none. */
export function useLastRequest() {
  const call = useCall();
  return useQuery({
    queryKey: ["logs", "newest"],
    queryFn: async ({ signal }) => (await call("GET /api/logs", { query: { limit: 1 }, signal })).data[0] ?? null,
  });
}
