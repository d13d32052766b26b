import { useCall } from "#api/use-call";
import { useChange } from "#api/use-change";
import type { ScopeBody, ScopePatch } from "./scope-draft";
import { type ScopeKind, scopeKinds } from "./scope-kind";

export function useCreateScope(kind: ScopeKind) {
  const call = useCall();
  return useChange((body: ScopeBody) => call(scopeKinds[kind].create, { body }), {
    invalidates: [kind, "budgets"],
    done: (_, { name }) => `${name} is made`,
    quietErrors: true,
  });
}

type Change = { readonly name: string; readonly patch: ScopePatch; readonly inverse: ScopePatch };

export function useChangeScope(kind: ScopeKind) {
  const call = useCall();
  const send = (name: string, body: ScopePatch) => call(scopeKinds[kind].change, { path: { name }, body });
  return useChange(({ name, patch }: Change) => send(name, patch), {
    invalidates: [kind, "budgets"],
    done: (_, { name }) => `${name} is changed`,
    undo: (_, { name, inverse }) => send(name, inverse),
    quietErrors: true,
  });
}
