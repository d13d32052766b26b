import type { Body } from "#api/call";
import { useCall } from "#api/use-call";
import { useChange } from "#api/use-change";

export function useAddModel() {
  const call = useCall();
  return useChange((body: Body<"POST /api/models">) => call("POST /api/models", { body }), {
    invalidates: ["models", "providers"],
    done: ({ id }) => `${id} is added and can be called now.`,
    undo: ({ id }) => call("DELETE /api/models/{id}", { path: { id } }),
    quietErrors: true,
  });
}
