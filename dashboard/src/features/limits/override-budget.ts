import type { Body } from "#api/call";
import type { Budget } from "#api/schema.gen";
import { useCall } from "#api/use-call";
import { useChange } from "#api/use-change";

type Override = Body<"POST /api/budgets/{id}/overrides">;
const touched = ["budgets", "virtual-keys", "teams", "customers", "limits"];

export function useOverride() {
  const call = useCall();
  return useChange(
    ({ id, body }: { readonly id: string; readonly body: Override }) =>
      call("POST /api/budgets/{id}/overrides", { path: { id }, body }),
    {
      invalidates: touched,
      done: () => "The override holds",
      undo: (_, { id }) => call("DELETE /api/budgets/{id}/overrides", { path: { id } }),
      quietErrors: true,
    },
  );
}

/** Taking it back puts the same override again. */
export function useEndOverride() {
  const call = useCall();
  return useChange((budget: Budget) => call("DELETE /api/budgets/{id}/overrides", { path: { id: budget.id } }), {
    invalidates: touched,
    done: () => "The override has ended; the budget's own limit holds",
    undo: async (_, { id, override }) =>
      override && call("POST /api/budgets/{id}/overrides", { path: { id }, body: override }),
  });
}
