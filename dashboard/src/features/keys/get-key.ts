import { useQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";

/** By id or name. Its use moves on while it is looked at. */
export function useKey(id: string) {
  const call = useCall();
  return useQuery({
    queryKey: ["virtual-keys", "one", id],
    queryFn: ({ signal }) => call("GET /api/virtual-keys/{id}", { path: { id }, signal }),
    refetchInterval: 5000,
  });
}
