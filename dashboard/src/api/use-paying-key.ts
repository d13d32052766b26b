import { useQuery } from "@tanstack/react-query";
import type { VirtualKey } from "./schema.gen";
import { useCall } from "./use-call";
import { useKeyChoices } from "./use-key-choices";

/** The virtual key that a run is made as: the wanted one, by its id or name, where it can be used now; else the first that can. */
export function usePayingKey(wanted: string | undefined) {
  const call = useCall();
  const named = useQuery({
    queryKey: ["virtual-keys", "one", wanted],
    queryFn: ({ signal }) => call("GET /api/virtual-keys/{id}", { path: { id: wanted ?? "" }, signal }),
    enabled: wanted !== undefined,
    retry: false,
  });
  const first = useKeyChoices("");
  const isPending = first.isPending || named.isLoading;
  const key = named.data !== undefined && isUsable(named.data) ? named.data : first.data?.[0];
  return { key, isPending, error: first.error, refetch: first.refetch };
}

function isUsable({ active, expires_at: end, revoked_at: revoked }: VirtualKey): boolean {
  return active && revoked === undefined && (end === undefined || end > new Date().toISOString());
}
