import { useQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";

/** One record with its bodies. */
export function useRequest(id: string) {
  const call = useCall();
  return useQuery({
    queryKey: ["logs", "record", id],
    queryFn: ({ signal }) => call("GET /api/logs/{id}", { path: { id }, signal }),
  });
}
