import { useQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";

const mostNames = 5;

/** The names of tags that requests of the last day carry, the most used first. */
export function useTagNames(): readonly string[] {
  const call = useCall();
  const { data } = useQuery({
    queryKey: ["logs", "tag-names"],
    queryFn: ({ signal }) =>
      call("GET /api/logs/facets", {
        query: { fields: "tag", top: "200", from: String(Date.now() - 86_400_000) },
        signal,
      }),
    staleTime: 5 * 60_000,
  });
  const names = data?.facets[0]?.values.map(({ value }) => value.slice(0, value.indexOf(":"))) ?? [];
  return [...new Set(names)].slice(0, mostNames);
}
