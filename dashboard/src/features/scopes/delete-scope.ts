import { useCall } from "#api/use-call";
import { useChange } from "#api/use-change";
import { type ScopeKind, scopeKinds } from "./scope-kind";

export function useDeleteScope(kind: ScopeKind) {
  const call = useCall();
  // The answer is then what makes it again.
  const headers = { prefer: "return=representation" };
  return useChange((name: string) => call(scopeKinds[kind].remove, { path: { name }, headers }), {
    invalidates: [kind, "budgets", "rate-limits"],
    done: (_, name) => `${name} is deleted`,
    undo: async (deleted) => deleted && call(scopeKinds[kind].create, { body: deleted.restore.body }),
    quietErrors: true,
  });
}
