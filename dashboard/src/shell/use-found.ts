import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { SearchResult } from "#api/schema.gen";
import { useCall } from "#api/use-call";
import { useSettled } from "#lib/use-settled";

/** Between two letters, so that a word is one question. */
const pauseMs = 120;

/** What the gateway knows by a name or id that is like what is typed. */
export function useFound(typed: string): { readonly found: readonly SearchResult[]; readonly isSearching: boolean } {
  const call = useCall();
  const wanted = typed.trim();
  const q = useSettled(wanted, pauseMs);
  const search = useQuery({
    queryKey: ["search", q],
    queryFn: ({ signal }) => call("GET /api/search", { query: { q, limit: 20 }, signal }),
    enabled: q !== "",
    placeholderData: keepPreviousData,
  });
  const found = wanted === "" ? [] : (search.data?.data ?? []);
  return { found, isSearching: wanted !== "" && (wanted !== q || search.isFetching) };
}
