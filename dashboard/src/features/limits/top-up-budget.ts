import type { Body } from "#api/call";
import { useCall } from "#api/use-call";
import { useChange } from "#api/use-change";

type TopUp = NonNullable<Body<"POST /api/budgets/{id}/top-ups">>;

export function useTopUp() {
  const call = useCall();
  return useChange(
    ({ id, body }: { readonly id: string; readonly body: TopUp }) =>
      call("POST /api/budgets/{id}/top-ups", { path: { id }, body }),
    {
      invalidates: ["budgets", "virtual-keys", "teams", "customers", "limits"],
      done: () => "The budget is topped up",
      quietErrors: true,
    },
  );
}
