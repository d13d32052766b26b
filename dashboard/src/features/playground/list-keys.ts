import { useQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";

/** The virtual keys that can pay now. */
export function useKeys() {
  const call = useCall();
  return useQuery({
    queryKey: ["virtual-keys", "usable"],
    queryFn: async ({ signal }) => {
      const { data } = await call("GET /api/virtual-keys", { query: { limit: 1000 }, signal });
      const now = new Date().toISOString();
      return data.filter(({ active, expires_at: end }) => active && (end === undefined || end > now));
    },
  });
}
