import { useQuery } from "@tanstack/react-query";
import type { Answer } from "#api/call";
import { useCall } from "#api/use-call";

export type Target = Answer<"GET /api/targets">["data"][number];

export function useTargets() {
  const call = useCall();
  return useQuery({
    queryKey: ["targets", "all"],
    queryFn: ({ signal }) => call("GET /api/targets", { query: { limit: 1000 }, signal }),
    refetchInterval: 10_000,
  });
}
