import { useQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";

/** Names that a target can have, found by what is typed. */
export function useModelNames(typed: string) {
  const call = useCall();
  return useQuery({
    queryKey: ["models", "names", typed],
    queryFn: async ({ signal }) => {
      const q = typed.trim();
      const { data } = await call("GET /api/models", { query: { limit: 50, ...(q !== "" && { q }) }, signal });
      return data.filter(({ targets }) => targets === undefined).map(({ id }) => id);
    },
  });
}
