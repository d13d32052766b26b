import { useQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";

/** What holds where a request says nothing: for what it may cost. */
export function useSettings() {
  const call = useCall();
  return useQuery({
    queryKey: ["settings"],
    queryFn: ({ signal }) => call("GET /api/settings", { signal }),
  });
}
