import { useMutation } from "@tanstack/react-query";
import type { Body } from "#api/call";
import { useCall } from "#api/use-call";

/** A real call to a provider that is not saved. */
export function useTestNewProvider() {
  const call = useCall();
  return useMutation({
    mutationFn: (body: Body<"POST /api/providers/test">) => call("POST /api/providers/test", { body }),
  });
}
