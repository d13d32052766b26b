import type { Body } from "#api/call";
import { useCall } from "#api/use-call";
import { useChange } from "#api/use-change";

export type KeyPatch = Body<"PATCH /api/virtual-keys/{id}">;
type Input = {
  readonly id: string;
  readonly name: string;
  readonly patch: KeyPatch;
  /** What takes it back. */
  readonly inverse: KeyPatch;
};

export function useUpdateKey() {
  const call = useCall();
  const send = (id: string, body: KeyPatch) => call("PATCH /api/virtual-keys/{id}", { path: { id }, body });
  return useChange(({ id, patch }: Input) => send(id, patch), {
    invalidates: ["virtual-keys", "budgets"],
    done: (_, { name }) => `${name} is changed`,
    undo: (_, { id, inverse }) => send(id, inverse),
    quietErrors: true,
  });
}
