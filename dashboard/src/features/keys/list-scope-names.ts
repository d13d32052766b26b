import { useQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";

/** Names of the teams that there are. */
export function useTeamNames(): readonly string[] {
  const call = useCall();
  const { data } = useQuery({
    queryKey: ["teams", "names"],
    queryFn: ({ signal }) => call("GET /api/teams", { query: { limit: 1000 }, signal }),
  });
  return (data?.data ?? []).map(({ name }) => name);
}

export function useCustomerNames(): readonly string[] {
  const call = useCall();
  const { data } = useQuery({
    queryKey: ["customers", "names"],
    queryFn: ({ signal }) => call("GET /api/customers", { query: { limit: 1000 }, signal }),
  });
  return (data?.data ?? []).map(({ name }) => name);
}
