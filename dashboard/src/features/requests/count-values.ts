import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useCall } from "#api/use-call";
import type { Filter, FilterField } from "#lib/filters";
import { filterFields } from "./filter-fields";
import { rangeQuery, requestQuery } from "./request-query";

type Wanted = {
  readonly filters: readonly Filter[];
  readonly range: string;
  readonly utc: boolean;
  /** Not before somebody begins to filter. */
  readonly enabled: boolean;
};

/** The fields with the values that requests have, and how many have each. */
export function useCountedFields({ filters, range, utc, enabled }: Wanted): readonly FilterField[] {
  const call = useCall();
  const { data } = useQuery({
    queryKey: ["logs", "facets", range, utc, filters],
    queryFn: ({ signal }) =>
      call("GET /api/logs/facets", {
        query: { ...requestQuery(filters), ...rangeQuery(range, utc), top: "50" },
        signal,
      }),
    enabled,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
  return useMemo(() => {
    const counted = new Map(data?.facets.map(({ field, values }) => [field, values]));
    return filterFields.map((field) => {
      const values = counted.get(field.id);
      if (values === undefined) return field;
      const labels = new Map(field.values?.map(({ value, label }) => [value, label]));
      return {
        ...field,
        values: values.map(({ value, name, records }) => ({
          // A name reads better in an address than an id, and the API takes both.
          value: name === undefined || name.includes(",") ? value : name,
          label: labels.get(value) ?? name ?? value,
          count: records,
        })),
      };
    });
  }, [data]);
}
