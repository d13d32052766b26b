import type { Route } from "#api/schema.gen";
import { useCall } from "#api/use-call";
import { useChange } from "#api/use-change";

export function useRemoveRoute({ alias, targets, fallbacks }: Route) {
  const call = useCall();
  return useChange(() => call("DELETE /api/routes/{alias}", { path: { alias } }), {
    invalidates: ["routes", "targets", "models"],
    done: () => `${alias} is deleted.`,
    undo: () => call("POST /api/routes", { body: { alias, targets, fallbacks } }),
    quietErrors: true,
  });
}
