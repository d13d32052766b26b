import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { Stats } from "#api/schema.gen";
import { useCall } from "#api/use-call";
import type { TimeRange } from "#lib/range";

type HealthPoint = { readonly at: string; readonly requests: number; readonly errors: number };
export type ProviderHealth = {
  readonly requests: number;
  readonly errors: number;
  readonly durationMs: number | undefined;
  readonly fromMs: number;
  readonly toMs: number;
  /** Buckets in which there were requests. */
  readonly points: readonly HealthPoint[];
};

/** Requests and errors of each provider over the range. */
export function useHealth({ text, fromMs, toMs }: TimeRange) {
  const call = useCall();
  const query = {
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    interval: "auto",
    group_by: "provider",
    top: 100,
  } as const;
  return useQuery({
    queryKey: ["stats", "providers", text, fromMs, toMs],
    queryFn: async ({ signal }) => byProvider(await call("GET /api/stats", { query, signal })),
    placeholderData: keepPreviousData,
  });
}

function byProvider({ groups, from, to }: Stats): ReadonlyMap<string, ProviderHealth> {
  return new Map(
    groups.map(({ group, total, series = [] }) => [
      group.provider ?? "",
      {
        requests: total.requests,
        errors: total.errors,
        durationMs: total.duration_ms?.p50 ?? undefined,
        fromMs: Date.parse(from),
        toMs: Date.parse(to),
        points: series.map(({ at, requests, errors }) => ({ at, requests, errors })),
      },
    ]),
  );
}
