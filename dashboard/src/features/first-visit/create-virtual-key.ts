import { useCall } from "#api/use-call";
import { useChange } from "#api/use-change";

/** The answer holds the secret, which is shown this once. */
export function useCreateVirtualKey() {
  const call = useCall();
  return useChange((name: string) => call("POST /api/virtual-keys", { body: { name } }), {
    invalidates: ["virtual-keys"],
    quietErrors: true,
  });
}
