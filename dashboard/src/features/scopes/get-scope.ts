import { useQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";
import { type ScopeKind, scopeKinds } from "./scope-kind";
import type { ScopeRow } from "./scope-row";

export function useScope(kind: ScopeKind, name: string) {
  const call = useCall();
  return useQuery<ScopeRow>({
    queryKey: [kind, "one", name],
    queryFn: ({ signal }) => call(scopeKinds[kind].show, { path: { name }, signal }),
    refetchInterval: 5000,
  });
}
