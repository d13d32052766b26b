import { QueryClient } from "@tanstack/react-query";
import { ApiProblem } from "./problem";

/** What was read is shown at once and asked again in the background when it is older than this. */
const freshMs = 10_000;

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: freshMs,
        gcTime: 10 * 60_000,
        retry: (failures, error) => failures < 2 && isPassing(error),
        retryDelay: (failures) => 400 * 2 ** failures,
      },
      mutations: { retry: false },
    },
  });
}

/** Whether asking again can help: no answer, or the control process being replaced. */
function isPassing(error: Error): boolean {
  return error instanceof ApiProblem && (error.status === 0 || error.status >= 502);
}
