import { useMutation } from "@tanstack/react-query";
import { useCall } from "#api/use-call";

/** The whole configuration as text, when it is asked for. */
export function useReadConfiguration() {
  const call = useCall();
  return useMutation({ mutationFn: () => call("GET /api/configuration", {}) });
}
