import type { StartOptions } from "#config/start-options";
import type { Log } from "#telemetry/log";
import type { ChildIdentity } from "./lock-file";
import { findPortHolder } from "./port-holder";
import { probePort } from "./probe-port";
import { isAlive } from "./process-identity";

const pollMs = 50;
const leastMs = 3000;
/** For the kernel to take a killed process's sockets. */
const afterKillMs = 2000;

type Parts = {
  readonly options: Pick<StartOptions, "host" | "port" | "hangTimeoutMs">;
  /** Children of a killed supervisor that live. */
  readonly orphans: readonly ChildIdentity[];
  readonly stop: AbortSignal;
  readonly log: Log;
};

/**
 * Waits for the port while workers of a killed supervisor still listen: they stop that as soon as they see their channel
 * closed, and finish what runs. One that still listens after the time that counts as hanging stands still, and is killed.
 * Throws, naming the holder, where it is somebody else.
 */
export async function awaitPort({ options, orphans, stop, log }: Parts): Promise<number> {
  const { host, port, hangTimeoutMs } = options;
  let deadline = performance.now() + (orphans.length > 0 ? Math.max(leastMs, hangTimeoutMs) : 0);
  for (;;) {
    try {
      return probePort(host, port);
    } catch (error) {
      if (stop.aborted) throw error;
      if (performance.now() >= deadline) {
        const hanging = hangTimeoutMs > 0 ? holderAmong(orphans, port) : undefined;
        if (hanging === undefined) throw error;
        log.error({ pid: hanging.pid }, "a worker of the killed supervisor hangs and keeps the port, killing it");
        process.kill(hanging.pid, "SIGKILL");
        deadline = performance.now() + afterKillMs;
      }
      await Bun.sleep(pollMs);
    }
  }
}

function holderAmong(orphans: readonly ChildIdentity[], port: number): ChildIdentity | undefined {
  const pid = findPortHolder(port);
  return orphans.find((orphan) => orphan.pid === pid && isAlive(orphan));
}
