import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useFollowedRequests } from "./follow-requests";
import { useRequests } from "./list-requests";
import type { RequestRecord } from "./record";
import type { RequestsState } from "./use-requests-state";

/** The rows of the list: what was read page by page, and on top what came since, as far as it is let in. */
export function useRequestRows({ filters, range, utc, order, live, canFollow }: RequestsState) {
  const client = useQueryClient();
  const following = live && canFollow;
  const source = useRequests({ filters, range: range.text, utc, order });
  const followed = useFollowedRequests(filters, following);
  const [atTop, setAtTop] = useState(true);
  /** How many of those that came are shown; the others are held back while somebody reads further down. */
  const [shown, setShown] = useState(0);
  const total = followed.records.length;
  useEffect(() => {
    if (atTop || total < shown) setShown(total);
  }, [atTop, total, shown]);
  const held = Math.max(0, total - shown);
  const read = source.data?.pages;
  const rows = useMemo(() => {
    const came = followed.records.slice(held);
    const known = new Set(came.map(({ id }) => id));
    const listed: readonly RequestRecord[] = read?.flatMap(({ data }) => data) ?? [];
    return came.length === 0 ? listed : [...came, ...listed.filter(({ id }) => !known.has(id))];
  }, [followed.records, held, read]);
  const refresh = useCallback(() => {
    void client.resetQueries({ queryKey: ["logs", "list"] });
    void client.invalidateQueries({ queryKey: ["logs", "histogram"] });
    void client.invalidateQueries({ queryKey: ["logs", "facets"] });
  }, [client]);
  return {
    rows,
    source,
    held,
    letIn: () => setShown(total),
    setAtTop,
    following,
    followed,
    refresh,
    /** The search ended before it was done; going on reads further. */
    partial: read?.at(-1)?.partial === true,
    /** Of a list by cost or duration: what began before it was not looked at. */
    lookedBackTo: read?.[0]?.looked_back_to,
  };
}

export type RequestRows = ReturnType<typeof useRequestRows>;
