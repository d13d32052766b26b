import { useQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";

export function useOwnRequest(id: string) {
  const call = useCall();
  return useQuery({
    queryKey: ["me", "log", id],
    queryFn: ({ signal }) => call("GET /api/me/logs/{id}", { path: { id }, signal }),
  });
}
