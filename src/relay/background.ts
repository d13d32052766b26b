import type { Clock } from "#core/clock";
import type { Target } from "#core/target";
import { noUsage, type Usage } from "#core/usage";
import type { Outcome, Progress } from "#governance/outcome";
import type { Reservation } from "#governance/reservation";
import { isObject, type Json, tryParseJson } from "#lib/json";
import type { Sleep } from "#lib/sleep";
import { constantHeaders } from "#providers/auth/headers";
import type { Signer } from "#providers/auth/signer";
import type { UpstreamClient } from "#upstream/upstream";
import { outcomeOf } from "./answer-outcome";
import type { IdSealer } from "./attempt/seal-ids";
import { usageOfWhole } from "./estimate-usage";
import type { PendingRequest } from "./pending-request";

/** An answer that its provider goes on making after it has answered. */
export type BackgroundJob = Pick<PendingRequest, "close" | "operation" | "running"> & {
  readonly target: Target;
  readonly reservation: Reservation;
  readonly progress: Progress;
  /** Where it is asked for, appended to the base URL. */
  readonly path: string;
  /** Gives it the ids that its client knows. */
  readonly sealer: IdSealer | undefined;
};

/**
 * The answers that providers make in the background, of one worker: each is asked for until it is complete, and then recorded and
 * charged, whether its client comes back for it or not. Until then its request holds what it held.
 */
export type BackgroundJobs = {
  readonly hasRoom: () => boolean;
  readonly follow: (job: BackgroundJob) => void;
  /** Ends all: what is not complete is charged as it was held. Resolves when they are recorded. */
  readonly end: () => Promise<void>;
};

type Parts = {
  readonly upstream: UpstreamClient;
  readonly signer: Signer;
  readonly sleep: Sleep;
  readonly clock: Pick<Clock, "monotonicMs">;
};

const mostAtATime = 64;
const pause = { firstMs: 1000, growth: 1.5, mostMs: 15_000 } as const;
/** Longer than a provider lets one run. */
const mostMs = 3_600_000;
/** In a row: then nobody can say what becomes of it. */
const mostFailures = 20;
const maxBytes = 64 * 1024 * 1024;

export function createBackgroundJobs(parts: Parts): BackgroundJobs {
  const { clock, sleep } = parts;
  const running = new Set<Promise<void>>();
  const ending = new AbortController();
  const { signal } = ending;

  /** Undefined where it does not become complete, or nobody can say. */
  const completed = async (job: BackgroundJob): Promise<Asked | undefined> => {
    const endMs = clock.monotonicMs() + mostMs;
    let failures = 0;
    let pauseMs: number = pause.firstMs;
    while (clock.monotonicMs() < endMs && failures < mostFailures) {
      await sleep(pauseMs, signal);
      const asked = await askFor(parts, job).catch(() => undefined);
      if (asked !== undefined && job.operation.background?.unfinishedId(asked.json) === undefined) return asked;
      if (signal.aborted) return undefined;
      failures = asked === undefined ? failures + 1 : 0;
      pauseMs = Math.min(pauseMs * pause.growth, pause.mostMs);
    }
    return undefined;
  };

  const follow = async (job: BackgroundJob): Promise<void> => {
    const startedMs = clock.monotonicMs();
    const asked = await completed(job);
    const upstreamMs = job.progress.upstreamMs + clock.monotonicMs() - startedMs;
    await job.close(asked === undefined ? outcomeAsHeld(job, upstreamMs) : outcomeOfJob(job, asked, upstreamMs));
  };

  return {
    hasRoom: () => running.size < mostAtATime && !signal.aborted,
    follow: (job) => {
      const followed = follow(job)
        .catch(() => undefined)
        .finally(() => running.delete(followed));
      running.add(followed);
    },
    end: async () => {
      ending.abort();
      await Promise.all(running);
    },
  };
}

type Asked = { readonly json: Json; readonly bytes: Uint8Array };

/** Undefined for a status that says that it should be asked for later. */
async function askFor({ signer, upstream }: Parts, { path, target }: BackgroundJob): Promise<Asked | undefined> {
  const url = target.provider.baseUrl + path;
  const headers = constantHeaders(target, "application/json");
  delete headers["content-type"];
  const signed = await signer.sign({ method: "GET", url, headers, body: "" }, target);
  const response = await upstream({
    url: signed.url,
    method: "GET",
    headers: signed.headers,
    timeouts: target.provider.timeouts,
    allowPrivateNetwork: target.provider.allowPrivateNetwork,
    caller: { signal: AbortSignal.timeout(target.provider.timeouts.totalMs) },
  });
  const bytes = await response.whole(maxBytes);
  const json = tryParseJson(Buffer.from(bytes).toString());
  return response.status === 200 && isObject(json) ? { json, bytes } : undefined;
}

function outcomeOfJob(job: BackgroundJob, { bytes, json }: Asked, upstreamMs: number): Outcome {
  const { operation, progress, reservation, running, sealer } = job;
  running.kept?.addAnswer(sealer?.whole(bytes) ?? bytes);
  const { answer } = operation;
  const metered = answer.kind === "json" ? answer.meter(json) : undefined;
  const outputBytes = answer.kind === "json" ? answer.textBytes(json) : 0;
  const facts = { ...metered, complete: true, outputBytes, dropped: [] };
  const usage = usageOfWhole(operation, reservation, facts);
  return outcomeOf(progress, facts, usage, { outcome: "ok", status: 200, upstreamMs, responseBytes: bytes.length });
}

/** Nobody knows what it came to: it costs what was held for it, and is marked as estimated. */
function outcomeAsHeld({ progress, reservation }: BackgroundJob, upstreamMs: number): Outcome {
  const facts = { complete: false, outputBytes: 0, dropped: [] };
  const ending = { outcome: "cut", status: 200, upstreamMs, responseBytes: 0 } as const;
  return outcomeOf(progress, facts, usageAsHeld(reservation), ending);
}

/** All that was held; where nothing bounds it, what is likely to have been read. */
export function usageAsHeld({ estimatedInput, mostOutput, outputLimit }: Reservation): Usage {
  const most = Math.min(outputLimit, mostOutput);
  return { ...noUsage, input: estimatedInput, output: Number.isFinite(outputLimit) ? most : 0, estimated: true };
}
