import { useQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";

/** Records are stored a moment after the answer. */
const patience = 20;
const pauseMs = 300;

/** The record of a replay, with what it used and cost. */
export function useReplayRecord(id: string | undefined) {
  const call = useCall();
  return useQuery({
    queryKey: ["logs", "record", id],
    queryFn: ({ signal }) => call("GET /api/logs/{id}", { path: { id: id ?? "" }, signal }),
    enabled: id !== undefined,
    retry: (failures) => failures < patience,
    retryDelay: pauseMs,
  });
}
