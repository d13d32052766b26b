import { useCall } from "#api/use-call";
import { useChange } from "#api/use-change";
import { formatCount } from "#lib/format-number";

/** Fetches what the settings name, and puts it in the place of the catalog that holds. */
export function useFetchCatalog() {
  const call = useCall();
  return useChange(() => call("POST /api/catalog/fetch", {}), {
    invalidates: ["catalog", "models"],
    done: ({ counts: { added, changed, removed } }) =>
      `The catalog is fetched: ${formatCount(added)} models added, ${formatCount(changed)} changed, ${formatCount(removed)} removed.`,
  });
}
