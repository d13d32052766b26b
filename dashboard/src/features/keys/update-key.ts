import type { Body } from "#api/call";
import { useCall } from "#api/use-call";
import { useChange } from "#api/use-change";

export type KeyPatch = Body<"PATCH /api/virtual-keys/{id}">;
type Input = {
  readonly id: string;
  readonly name: string;
  readonly patch: KeyPatch;
  /** Of the state that it changes: refused where somebody else was faster. */
  readonly version: string;
  /** What takes it back. */
  readonly inverse: KeyPatch;
};

export function useUpdateKey() {
  const call = useCall();
  const send = (id: string, body: KeyPatch, version: string) =>
    call("PATCH /api/virtual-keys/{id}", { path: { id }, body, headers: { "if-match": `"${version}"` } });
  return useChange(({ id, patch, version }: Input) => send(id, patch, version), {
    invalidates: ["virtual-keys", "budgets", "rate-limits"],
    done: (_, { name }) => `${name} is changed`,
    undo: (changed, { id, inverse }) => send(id, inverse, changed.version),
    quietErrors: true,
  });
}
