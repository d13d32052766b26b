import { useCall } from "#api/use-call";
import { useChange } from "#api/use-change";

/** Goes back to the catalog that ships. */
export function useResetCatalog() {
  const call = useCall();
  return useChange(() => call("DELETE /api/catalog", {}), {
    invalidates: ["catalog", "models"],
    done: () => "The catalog that ships holds again.",
  });
}
