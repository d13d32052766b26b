import { type StartTimer, startHoldingTimer } from "#lib/timer";
import type { Log } from "#telemetry/log";
import type { ProcessStarter } from "./process-starter";
import { createReload } from "./reload";
import type { SupervisedChild } from "./supervised-child";

/** The control process and the workers of an instance, and the generation that serves. */
export type ProcessGroup = {
  /** Starts all of them. Rejects with the first that cannot start; the caller then kills the rest. */
  readonly start: () => Promise<void>;
  /** Puts a new generation in front and lets the old one finish. Rejects where that fails: the old workers go on serving. */
  readonly restart: (next: number) => Promise<void>;
  readonly reload: () => Promise<void>;
  readonly stop: (timeoutMs: number) => Promise<void>;
  readonly kill: () => Promise<void>;
  /** All that run, those that drain too. */
  readonly children: () => readonly SupervisedChild[];
};

type Parts = {
  readonly starter: ProcessStarter;
  readonly generation: number;
  readonly takeoverTimeoutMs: number;
  readonly log: Log;
  readonly startTimer?: StartTimer;
};

/** A machine may be crowded, and a database large that is brought up to date: one that hangs is found by the watchdog. */
const readyTimeoutMs = 180_000;
const controlStopMs = 10_000;

export function createProcessGroup({ starter, log, startTimer = startHoldingTimer, ...parts }: Parts): ProcessGroup {
  let generation = parts.generation;
  let control: SupervisedChild | undefined;
  let workers: readonly SupervisedChild[] = [];
  /** Workers that start or drain. They do not serve, and end when the group does. */
  const others = new Set<SupervisedChild>();
  /** From now on nothing is started: a restart that is under way would leave a process behind. */
  let isStopping = false;

  const children = () => [...workers, ...others, ...(control === undefined ? [] : [control])];
  const retire = async (worker: SupervisedChild, timeoutMs: number, replaced: boolean): Promise<void> => {
    others.add(worker);
    await worker.stop(timeoutMs, replaced);
    others.delete(worker);
  };

  /** Workers come up while the control process reads its configuration: they wait for it. */
  const bringUp = async (next: number): Promise<readonly SupervisedChild[]> => {
    const started: SupervisedChild[] = [];
    for (let index = 0; index < starter.workers; index++) {
      const worker = starter.startWorker(next, index);
      started.push(worker);
      others.add(worker);
    }
    await Promise.all([control, ...started].map((child) => readyInTime(child, startTimer)));
    for (const worker of started) others.delete(worker);
    return started;
  };

  const rollBack = async (old: ReadonlySet<SupervisedChild>): Promise<void> => {
    const failed = [...others].filter((worker) => !old.has(worker));
    await Promise.all([...failed, control].map((child) => child?.kill()));
    for (const worker of failed) others.delete(worker);
    if (isStopping) return;
    control = starter.startControl(generation, "retry");
  };

  return {
    start: async () => {
      control = starter.startControl(generation, "give-up");
      workers = await bringUp(generation);
    },

    restart: async (next) => {
      // One control process at a time owns the data directory. Between the two, workers keep their last snapshot.
      await control?.stop(controlStopMs);
      if (isStopping) throw stopped();
      const retiring = new Set(others);
      let newWorkers: readonly SupervisedChild[];
      try {
        control = starter.startControl(next, "give-up");
        newWorkers = await bringUp(next);
      } catch (error) {
        await rollBack(retiring);
        throw error;
      }
      if (isStopping) throw stopped();
      const old = workers;
      workers = newWorkers;
      generation = next;
      for (const worker of old) void retire(worker, parts.takeoverTimeoutMs, true);
    },

    reload: createReload({ control: () => control, isStopping: () => isStopping, startTimer, log }),

    stop: async (timeoutMs) => {
      isStopping = true;
      await Promise.all([...workers, ...others].map((worker) => retire(worker, timeoutMs, false)));
      await control?.stop(controlStopMs);
    },

    kill: async () => {
      isStopping = true;
      await Promise.all(children().map((child) => child.kill()));
    },
    children,
  };
}

function stopped(): Error {
  return new Error("Cannot restart: the instance is being stopped");
}

async function readyInTime(child: SupervisedChild | undefined, startTimer: StartTimer): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const message = `Cannot start ${child?.name}: it was not ready within ${readyTimeoutMs / 1000} s`;
  const stop = startTimer(() => reject(new Error(message)), readyTimeoutMs);
  await Promise.race([child?.firstReady, late]).finally(stop);
}
