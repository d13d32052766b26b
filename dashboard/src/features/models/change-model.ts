import type { Body } from "#api/call";
import { useCall } from "#api/use-call";
import { useChange } from "#api/use-change";

export type ModelPatch = Body<"PATCH /api/models/{id}">;

/** `back` is what configuration said before. */
export function useChangeModel(id: string) {
  const call = useCall();
  const send = (body: ModelPatch) => call("PATCH /api/models/{id}", { path: { id }, body });
  return useChange(({ patch }: { readonly patch: ModelPatch; readonly back: ModelPatch }) => send(patch), {
    invalidates: ["models", "providers"],
    done: () => `${id} is changed; requests are priced by it from now on.`,
    undo: (_, { back }) => send(back),
    quietErrors: true,
  });
}
