import type { Body } from "#api/call";
import type { Provider } from "#api/schema.gen";
import { useCall } from "#api/use-call";
import { useChange } from "#api/use-change";

export type ProviderPatch = Body<"PATCH /api/providers/{id}">;

/** `back` is what was there before, of the fields that `patch` changes. Refused where somebody has changed it since. */
export function useChangeProvider({ id, name, version }: Provider) {
  const call = useCall();
  const send = (body: ProviderPatch, headers = {}) =>
    call("PATCH /api/providers/{id}", { path: { id }, body, headers });
  const match = { "if-match": `"${version}"` };
  return useChange(({ patch }: { readonly patch: ProviderPatch; readonly back: ProviderPatch }) => send(patch, match), {
    invalidates: ["providers", "targets", "models"],
    done: () => `${name} is changed.`,
    undo: (_, { back }) => send(back),
    quietErrors: true,
  });
}
