import type { Log } from "#telemetry/log";
import type { Members } from "./process-starter";
import type { Kept } from "./supervised-child";

/** The control process and the workers: who runs, in which generation. */
export type Crew = {
  /** Starts all of them. Rejects with the first that cannot start; the caller then kills the rest. */
  readonly start: () => Promise<void>;
  /** Puts a new generation in front and lets the old one finish. Rejects where that fails: the old workers go on serving. */
  readonly restart: (next: number) => Promise<void>;
  readonly reload: () => Promise<void>;
  readonly stop: (timeoutMs: number) => Promise<void>;
  readonly kill: () => Promise<void>;
};

type Parts = {
  readonly members: Members;
  readonly generation: number;
  readonly takeoverTimeoutMs: number;
  readonly log: Log;
};

const readyTimeoutMs = 30_000;
const controlStopMs = 10_000;
const reloadTimeoutMs = 30_000;

export function createCrew({ members, log, ...parts }: Parts): Crew {
  let generation = parts.generation;
  let control: Kept | undefined;
  let workers: readonly Kept[] = [];
  /** Workers that come or go: not those that serve, and to be ended with them. */
  const others = new Set<Kept>();

  const retire = async (worker: Kept, timeoutMs: number, replaced: boolean): Promise<void> => {
    others.add(worker);
    await worker.stop(timeoutMs, replaced);
    others.delete(worker);
  };

  /** Workers come up while the control process reads its configuration: they wait for it. */
  const bringUp = async (next: number): Promise<readonly Kept[]> => {
    const started = members.startWorkers(next);
    for (const worker of started) others.add(worker);
    await Promise.all([control, ...started].map(inTime));
    for (const worker of started) others.delete(worker);
    return started;
  };

  const goBack = async (old: ReadonlySet<Kept>): Promise<void> => {
    const failed = [...others].filter((worker) => !old.has(worker));
    await Promise.all([...failed, control].map((kept) => kept?.kill()));
    for (const worker of failed) others.delete(worker);
    control = members.startControl(generation, "retry");
  };

  return {
    start: async () => {
      control = members.startControl(generation, "give-up");
      workers = await bringUp(generation);
    },

    restart: async (next) => {
      // One control process at a time owns the data directory. Between the two, workers go on with what they know.
      await control?.stop(controlStopMs);
      control = members.startControl(next, "give-up");
      const retiring = new Set(others);
      const newWorkers = await bringUp(next).catch(async (error) => {
        await goBack(retiring);
        throw error;
      });
      const old = workers;
      workers = newWorkers;
      generation = next;
      for (const worker of old) void retire(worker, parts.takeoverTimeoutMs, true);
    },

    reload: async () => {
      const child = control?.current();
      if (child === undefined) return;
      const late = Promise.withResolvers<undefined>();
      const timer = setTimeout(late.resolve, reloadTimeoutMs, undefined);
      const answer = Promise.race([child.next("reloaded"), child.exited, late.promise]);
      child.send({ type: "reload" });
      const result = await answer;
      clearTimeout(timer);
      if (result === undefined || !("type" in result))
        log.error({}, "Cannot reload: the control process gave no answer");
      else if (result.ok) log.info({}, "reloaded the configuration");
      else log.error({ reason: result.error }, "Cannot reload, the old configuration stays in force");
    },

    stop: async (timeoutMs) => {
      await Promise.all([...workers, ...others].map((worker) => retire(worker, timeoutMs, false)));
      await control?.stop(controlStopMs);
    },

    kill: async () => {
      await Promise.all([...workers, ...others, control].map((kept) => kept?.kill()));
    },
  };
}

async function inTime(kept: Kept | undefined): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const message = `Cannot start ${kept?.name}: it was not ready within ${readyTimeoutMs / 1000} s`;
  const timer = setTimeout(() => reject(new Error(message)), readyTimeoutMs);
  await Promise.race([kept?.firstReady, late]).finally(() => clearTimeout(timer));
}
