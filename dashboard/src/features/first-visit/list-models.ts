import { useQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";

/** One that can be asked, of a provider that names no small one. */
export function useSomeModel(provider: string | undefined) {
  const call = useCall();
  return useQuery({
    queryKey: ["models", "some", provider],
    queryFn: async ({ signal }) => {
      const query = { limit: 1, mode: "chat", order: "released", ...(provider !== undefined && { provider }) } as const;
      const { data } = await call("GET /api/models", { query, signal });
      return data[0]?.id ?? null;
    },
  });
}
