import { useQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";

/** The instance as it runs, read anew every few seconds. */
export function useSystem() {
  const call = useCall();
  return useQuery({
    queryKey: ["system"],
    queryFn: ({ signal }) => call("GET /api/system", { signal }),
    refetchInterval: 3000,
  });
}
