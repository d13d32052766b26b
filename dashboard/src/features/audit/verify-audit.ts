import { useMutation } from "@tanstack/react-query";
import { useCall } from "#api/use-call";

/** Checks the whole chain; with a hash that was noted before, whether that still stands in it. */
export function useVerifyAudit() {
  const call = useCall();
  return useMutation({
    mutationFn: (hash: string) => call("GET /api/audit/verify", { query: hash === "" ? {} : { hash } }),
  });
}
