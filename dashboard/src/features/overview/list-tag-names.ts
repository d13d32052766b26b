import { useQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";

const mostNames = 5;

/** What the gateway itself puts on requests of the playground. */
const ownTags = new Set(["playground", "playground_user"]);

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
  return [...new Set(names)].filter((name) => !ownTags.has(name)).slice(0, mostNames);
}
