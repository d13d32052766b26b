import { useCall } from "#api/use-call";
import { useChange } from "#api/use-change";

/** Goes back to what the catalog says; one that was added by hand is gone. */
export function useForgetModel(id: string) {
  const call = useCall();
  return useChange(() => call("DELETE /api/models/{id}", { path: { id } }), {
    invalidates: ["models", "providers"],
    done: () => `Nothing of ${id} is said here any more.`,
    quietErrors: true,
  });
}
