import { useInfiniteQuery } from "@tanstack/react-query";
import type { Answer, Query } from "#api/call";
import { useCall } from "#api/use-call";
import type { TimeRange } from "#lib/range";

export type AuditEvent = Answer<"GET /api/audit">["data"][number];

/** Changes, sign-ins and refusals in a stretch of time, newest first. */
export function useAudit(filter: Partial<Query<"GET /api/audit">>, { fromMs, toMs, live, text }: TimeRange) {
  const call = useCall();
  return useInfiniteQuery({
    queryKey: ["audit", filter, live ? text : [fromMs, toMs]],
    queryFn: ({ pageParam, signal }) => {
      const query = {
        ...filter,
        limit: 100,
        from: new Date(fromMs).toISOString(),
        ...(!live && { to: new Date(toMs).toISOString() }),
        ...(pageParam !== undefined && { after: pageParam }),
      };
      return call("GET /api/audit", { query, signal });
    },
    initialPageParam: noPage,
    getNextPageParam: (page) => page.next,
  });
}

const noPage: string | undefined = undefined;
