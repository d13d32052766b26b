import type { Readiness } from "#metrics/process-metrics";
import { type ApiRoute, json } from "./route";

/** A backlog this old means that the log store does not take what the journal holds. */
const maxLagMs = 60_000;

export function readinessRoutes({ readiness }: { readonly readiness: () => Readiness }): readonly ApiRoute[] {
  return [
    {
      method: "GET",
      path: "/readyz",
      summary: "Whether the gateway takes requests; 503 with reasons where it does not",
      access: "open",
      handle: async () => {
        const state = readiness();
        const reasons = reasonsAgainst(state);
        const body = {
          ready: reasons.length === 0,
          reasons,
          workers: { ready: state.workersReady, wanted: state.workersWanted },
          journal_backlog: { records: state.journal.records, bytes: state.journal.bytes, ms: state.journal.ms },
        };
        return json(body, reasons.length === 0 ? 200 : 503);
      },
    },
  ];
}

function reasonsAgainst({ workersReady, workersWanted, journal }: Readiness): readonly string[] {
  return [
    ...(workersReady < workersWanted ? [`${workersReady} of ${workersWanted} workers are up`] : []),
    ...(journal.ms > maxLagMs
      ? [`the log store has not taken journaled records for ${Math.round(journal.ms / 1000)} s`]
      : []),
  ];
}
