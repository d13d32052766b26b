import { useQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";

export function useCustomerNames(): readonly string[] {
  const call = useCall();
  const { data } = useQuery({
    queryKey: ["customers", "names"],
    queryFn: ({ signal }) => call("GET /api/customers", { query: { limit: 1000 }, signal }),
  });
  return (data?.data ?? []).map(({ name }) => name);
}
