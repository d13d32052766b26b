import { useCall } from "#api/use-call";
import { useChange } from "#api/use-change";

export function useRevokeKey() {
  const call = useCall();
  return useChange(
    ({ id }: { readonly id: string; readonly name: string }) => call("DELETE /api/virtual-keys/{id}", { path: { id } }),
    {
      invalidates: ["virtual-keys", "budgets", "rate-limits"],
      done: (_, { name }) => `${name} is revoked; its requests stay in the log`,
      quietErrors: true,
    },
  );
}
