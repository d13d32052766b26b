import { useCall } from "#api/use-call";
import { useChange } from "#api/use-change";

export function useEndSession() {
  const call = useCall();
  return useChange(
    ({ id }: { readonly id: string; readonly name: string }) => call("DELETE /api/sessions/{id}", { path: { id } }),
    { invalidates: ["sessions"], done: (_, { name }) => `The session of ${name} is ended.` },
  );
}
