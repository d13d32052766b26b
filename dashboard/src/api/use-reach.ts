import { useQueries } from "@tanstack/react-query";
import { useCallback } from "react";
import type { Call } from "./call";
import type { Model } from "./schema.gen";
import { useCall } from "./use-call";

/** What each name may lead to: itself, or the targets and fallbacks of an alias. Undefined while that is not read yet. */
export function useReach(names: readonly string[]): (name: string) => readonly Model[] | undefined {
  const call = useCall();
  const reached = useQueries({
    queries: names.map((name) => ({
      queryKey: ["models", "reach", name],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) => reachOf(name, call, signal),
      staleTime: 60_000,
    })),
    combine: (results) => new Map(results.map(({ data }, index) => [names[index], data])),
  });
  return useCallback((name) => reached.get(name), [reached]);
}

async function reachOf(name: string, call: Call, signal: AbortSignal): Promise<readonly Model[]> {
  const found = await findModel(name, call, signal);
  if (found?.targets === undefined) return [found ?? { id: name }];
  const { targets, fallbacks } = await call("GET /api/routes/{alias}", { path: { alias: name }, signal });
  const ids = [...new Set([...targets.map(({ model }) => model), ...fallbacks])];
  return Promise.all(ids.map(async (id) => (await findModel(id, call, signal)) ?? { id }));
}

/** Undefined for a name that no list holds: of a provider that is configured, any can be asked for. */
async function findModel(name: string, call: Call, signal: AbortSignal): Promise<Model | undefined> {
  if (name === "") return undefined;
  const { data } = await call("GET /api/models", { query: { search: name, limit: 1000 }, signal });
  return data.find(({ id }) => id === name);
}
