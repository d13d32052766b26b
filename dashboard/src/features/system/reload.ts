import { useCall } from "#api/use-call";
import { useChange } from "#api/use-change";

/** Reads the configuration file again. What it declares is read anew by every page. */
export function useReload() {
  const call = useCall();
  return useChange(() => call("POST /api/system/reload", {}), {
    invalidates: [
      "system",
      "settings",
      "providers",
      "models",
      "routes",
      "virtual-keys",
      "teams",
      "customers",
      "limits",
      "budgets",
      "rate-limits",
    ],
    done: ({ message }) => `${message}.`,
  });
}
