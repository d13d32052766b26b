import type { Body } from "#api/call";
import { useCall } from "#api/use-call";
import { useChange } from "#api/use-change";

/** The answer has the secret, this once. */
export function useCreateKey() {
  const call = useCall();
  return useChange((body: Body<"POST /api/virtual-keys">) => call("POST /api/virtual-keys", { body }), {
    invalidates: ["virtual-keys", "budgets", "rate-limits"],
    quietErrors: true,
  });
}
