import { useCall } from "#api/use-call";
import { useChange } from "#api/use-change";

/** Ends the session that asks too: what is read next brings the sign-in. */
export function useSignOutEverywhere() {
  const call = useCall();
  return useChange((kind: "admin" | "all") => call("DELETE /api/sessions", { query: { kind } }), {
    invalidates: ["sessions"],
    quietErrors: true,
  });
}
