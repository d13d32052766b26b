import { useQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";

/** Which catalog of models and prices holds. */
export function useCatalog() {
  const call = useCall();
  return useQuery({ queryKey: ["catalog"], queryFn: ({ signal }) => call("GET /api/catalog", { signal }) });
}
