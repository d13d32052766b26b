import type { Body } from "#api/call";
import { useCall } from "#api/use-call";
import { useChange } from "#api/use-change";
import { secretBody } from "./secret-body";

type NewProvider = { readonly provider: Body<"POST /api/providers">; readonly value: string | undefined };

/** Adds a provider and its first key; a provider whose key is refused is taken away again. */
export function useAddProvider() {
  const call = useCall();
  const add = async ({ provider, value }: NewProvider) => {
    const added = await call("POST /api/providers", { body: provider });
    if (value === undefined) return added;
    const path = { id: provider.id };
    try {
      await call("POST /api/providers/{id}/keys", { path, body: { name: "main", ...secretBody(value) } });
      return added;
    } catch (error) {
      await call("DELETE /api/providers/{id}", { path });
      throw error;
    }
  };
  return useChange(add, {
    invalidates: ["providers", "targets", "models"],
    done: ({ name }) => `${name} is added. Its models can be called now.`,
    undo: ({ id }) => call("DELETE /api/providers/{id}", { path: { id } }),
    quietErrors: true,
  });
}
