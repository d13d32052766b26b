import { useCall } from "#api/use-call";
import { useChange } from "#api/use-change";

export function useRemoveKey(provider: string) {
  const call = useCall();
  return useChange((key: string) => call("DELETE /api/providers/{id}/keys/{key}", { path: { id: provider, key } }), {
    invalidates: ["providers", "targets"],
    done: () => "The key is removed.",
    quietErrors: true,
  });
}
