import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useCall } from "./use-call";

/** The first virtual keys that can be used now, by what is typed of their name, id or secret. */
export function useKeyChoices(typed: string) {
  const call = useCall();
  const search = typed.trim();
  return useQuery({
    queryKey: ["virtual-keys", "choices", search],
    queryFn: async ({ signal }) => {
      const query = { state: "active" as const, limit: 50, ...(search !== "" && { search }) };
      return (await call("GET /api/virtual-keys", { query, signal })).data;
    },
    placeholderData: keepPreviousData,
  });
}
