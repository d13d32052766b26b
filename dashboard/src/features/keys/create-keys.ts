import { useCall } from "#api/use-call";
import { useChange } from "#api/use-change";

/** Makes the keys of a table, all or none; the answer has their secrets, this once. */
export function useCreateKeys() {
  const call = useCall();
  return useChange((csv: string) => call("POST /api/virtual-keys/bulk", { body: { csv } }), {
    invalidates: ["virtual-keys", "budgets", "rate-limits"],
    quietErrors: true,
  });
}
