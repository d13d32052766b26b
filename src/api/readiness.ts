import * as z from "zod";
import type { Readiness } from "#metrics/process-metrics";
import { noInput } from "./input";
import { okUnless } from "./response";
import { type ApiRoute, route } from "./route";
import type { ApiServices } from "./services";
import { count, words } from "./view-fields";

/** A backlog this old means that the log store does not take what the journal holds. */
const maxLagMs = 60_000;

const view = z
  .strictObject({
    ready: z.boolean(),
    reasons: words.meta({ description: "Why not." }),
    warnings: words.exactOptional().meta({ description: "What does not keep it from that, but should be looked at." }),
    workers: z.strictObject({
      ready: count,
      wanted: count,
      outdated: count.meta({
        description: "Those of another version that go on with an older configuration, until `headgate restart`.",
      }),
    }),
    journal_backlog: z
      .strictObject({ records: count, bytes: count, ms: z.number() })
      .meta({ description: "What waits in the journal to be stored, and for how long." }),
  })
  .meta({ id: "Readiness", description: "Of the whole instance, as the control plane's own port tells it." });

/** What `http/data-plane.ts` answers with. */
const workerView = z
  .strictObject({
    status: z.enum(["ready", "not ready"]),
    reasons: words.exactOptional(),
    warnings: words.exactOptional(),
  })
  .meta({ id: "WorkerReadiness", description: "Of one worker, as the port that takes requests tells it." });

export function readinessRoutes({ readiness }: Pick<ApiServices, "readiness">): readonly ApiRoute[] {
  return [
    route({
      method: "GET",
      path: "/readyz",
      summary: "Whether the gateway takes requests; 503 with reasons where it does not",
      access: "open",
      input: noInput,
      response: okUnless(z.union([view, workerView]), 503, (shown) => "ready" in shown && !shown.ready),
      handle: async () => showReadiness(readiness()),
    }),
  ];
}

function showReadiness(state: Readiness): z.output<typeof view> {
  const { catalogProblem, tokenProblems = [], workersReady, workersWanted, workersOutdated, journal } = state;
  const warnings = [catalogProblem ?? [], tokenProblems.map((problem) => `no new token for ${problem}`)].flat();
  const reasons = reasonsAgainst(state);
  return {
    ready: reasons.length === 0,
    reasons,
    ...(warnings.length > 0 && { warnings }),
    workers: { ready: workersReady, wanted: workersWanted, outdated: workersOutdated },
    journal_backlog: { records: journal.records, bytes: journal.bytes, ms: journal.ms },
  };
}

function reasonsAgainst({ workersReady, workersWanted, journal }: Readiness): readonly string[] {
  return [
    ...(workersReady < workersWanted ? [`${workersReady} of ${workersWanted} workers are up`] : []),
    ...(journal.ms > maxLagMs
      ? [`the log store has not taken journaled records for ${Math.round(journal.ms / 1000)} s`]
      : []),
  ];
}
