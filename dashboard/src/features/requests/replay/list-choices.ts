import { useQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";

/** The virtual keys that a replay can be made as. */
export function useKeyChoices() {
  const call = useCall();
  return useQuery({
    queryKey: ["virtual-keys", "choices"],
    queryFn: ({ signal }) => call("GET /api/virtual-keys", { query: { limit: 1000 }, signal }),
  });
}

/** The models that can be asked for. */
export function useModelChoices() {
  const call = useCall();
  return useQuery({
    queryKey: ["models", "choices"],
    queryFn: ({ signal }) => call("GET /api/models", { query: { limit: 1000 }, signal }),
    staleTime: 60_000,
  });
}

/** What aliases lead to, and what holds where a request says nothing: for what a request may cost. */
export function useRoutesAndSettings() {
  const call = useCall();
  return useQuery({
    queryKey: ["routes", "with-settings"],
    queryFn: async ({ signal }) => {
      const [routes, settings] = await Promise.all([
        call("GET /api/routes", { query: { limit: 1000 }, signal }),
        call("GET /api/settings", { signal }),
      ]);
      return { routes: routes.data, settings };
    },
    staleTime: 60_000,
  });
}
