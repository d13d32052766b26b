import { useMutation } from "@tanstack/react-query";
import type { Body } from "#api/call";
import { useCall } from "#api/use-call";

/** A real call to a provider that is there: with one of its keys, with each, or with one that is not saved. */
export function useTestProvider(id: string) {
  const call = useCall();
  return useMutation({
    mutationFn: (body: NonNullable<Body<"POST /api/providers/{id}/test">>) =>
      call("POST /api/providers/{id}/test", { path: { id }, body }),
  });
}
