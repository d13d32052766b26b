import { useCall } from "#api/use-call";
import { useChange } from "#api/use-change";

/** Its keys go with it, and their secrets cannot be read again: nothing takes this back. */
export function useRemoveProvider(id: string) {
  const call = useCall();
  return useChange(() => call("DELETE /api/providers/{id}", { path: { id } }), {
    invalidates: ["providers", "targets", "models"],
    done: () => `${id} is removed.`,
    quietErrors: true,
  });
}
