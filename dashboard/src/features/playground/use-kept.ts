import { skipToken, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";

/** State that stays while somebody looks at other pages, in memory alone, and goes when he signs out. */
export function useKept<Value>(name: string, initial: Value) {
  const client = useQueryClient();
  const { data = initial } = useQuery<Value>({
    queryKey: ["playground", name],
    queryFn: skipToken,
    initialData: initial,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  });
  const set = useCallback(
    (change: (before: Value) => Value) =>
      void client.setQueryData<Value>(["playground", name], (before) => change(before ?? initial)),
    [client, name, initial],
  );
  return [data, set] as const;
}
