import { useInfiniteQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";
import { type ScopeKind, scopeKinds } from "./scope-kind";
import type { ScopeRow } from "./scope-row";

export function useScopes(kind: ScopeKind) {
  const call = useCall();
  return useInfiniteQuery({
    queryKey: [kind, "list"],
    queryFn: async ({ pageParam, signal }) => {
      const query = { limit: 500, ...(pageParam !== "" && { after: pageParam }) };
      const { data, next } = await call(scopeKinds[kind].list, { query, signal });
      const rows: readonly ScopeRow[] = data;
      return { rows, next };
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next,
    refetchInterval: 15_000,
  });
}
