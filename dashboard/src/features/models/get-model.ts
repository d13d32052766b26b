import { useQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";

export function useModel(id: string) {
  const call = useCall();
  return useQuery({
    queryKey: ["models", "one", id],
    queryFn: ({ signal }) => call("GET /api/models/{id}", { path: { id }, signal }),
  });
}
