import { useQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";

/** The first keys of a team or customer. */
export function useScopeKeys(by: "team" | "customer", name: string) {
  const call = useCall();
  return useQuery({
    queryKey: ["virtual-keys", "of", by, name],
    queryFn: ({ signal }) => call("GET /api/virtual-keys", { query: { [by]: name, limit: 10 }, signal }),
  });
}
