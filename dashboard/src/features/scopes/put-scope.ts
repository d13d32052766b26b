import { useCall } from "#api/use-call";
import { useChange } from "#api/use-change";
import type { ScopeBody, ScopePatch } from "./scope-draft";
import { type ScopeKind, scopeKinds } from "./scope-kind";

export function useCreateScope(kind: ScopeKind) {
  const call = useCall();
  return useChange((body: ScopeBody) => call(scopeKinds[kind].create, { body }), {
    invalidates: [kind, "budgets", "rate-limits"],
    done: (_, { name }) => `${name} is made`,
    quietErrors: true,
  });
}

type Change = {
  readonly name: string;
  /** Of the state that it changes: refused where somebody else was faster. */
  readonly version: string;
  readonly patch: ScopePatch;
  readonly inverse: ScopePatch;
};

export function useChangeScope(kind: ScopeKind) {
  const call = useCall();
  const send = (name: string, body: ScopePatch, version: string) =>
    call(scopeKinds[kind].change, { path: { name }, body, headers: { "if-match": `"${version}"` } });
  return useChange(({ name, patch, version }: Change) => send(name, patch, version), {
    invalidates: [kind, "budgets", "rate-limits"],
    done: (_, { name }) => `${name} is changed`,
    undo: (changed, { name, inverse }) => send(name, inverse, changed.version),
    quietErrors: true,
  });
}
