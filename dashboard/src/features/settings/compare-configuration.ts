import { useMutation } from "@tanstack/react-query";
import { useCall } from "#api/use-call";

/** What an apply of a text would do. Changes nothing. */
export function useCompareConfiguration() {
  const call = useCall();
  return useMutation({ mutationFn: (yaml: string) => call("POST /api/configuration/compare", { body: { yaml } }) });
}
