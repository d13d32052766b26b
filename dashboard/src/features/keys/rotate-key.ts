import { useCall } from "#api/use-call";
import { useChange } from "#api/use-change";

/** `grace`: how long the old secret goes on working, such as `1d`; left out, it ends at once. */
export function useRotateKey() {
  const call = useCall();
  return useChange(
    ({ id, grace }: { readonly id: string; readonly grace?: string }) =>
      call("POST /api/virtual-keys/{id}/rotate", { path: { id }, body: grace === undefined ? {} : { grace } }),
    { invalidates: ["virtual-keys"], quietErrors: true },
  );
}
