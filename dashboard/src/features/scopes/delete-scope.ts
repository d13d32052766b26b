import { useCall } from "#api/use-call";
import { useChange } from "#api/use-change";
import { type ScopeKind, scopeKinds } from "./scope-kind";

export function useDeleteScope(kind: ScopeKind) {
  const call = useCall();
  return useChange((name: string) => call(scopeKinds[kind].remove, { path: { name } }), {
    invalidates: [kind, "budgets"],
    done: (_, name) => `${name} is deleted`,
    quietErrors: true,
  });
}
