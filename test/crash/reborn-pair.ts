import { afterAll } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FakeProvider, startFakeProvider } from "../fake-provider/start-fake-provider.ts";
import { freePort } from "../harness/free-port.ts";
import { type Headgate, startHeadgate } from "../harness/start-headgate.ts";
import { failingProviders } from "./failing-providers.ts";
import { limitedConfig } from "./limited-keys.ts";

/** The fake provider and a gateway that is started again and again in the same place, with limits of every kind. */
export type RebornPair = {
  readonly provider: FakeProvider;
  readonly dataDir: string;
  /** The one that was started last. */
  readonly gateway: () => Headgate;
  readonly start: () => Promise<Headgate>;
  /** Kills all of its processes at once. */
  readonly killAll: () => Promise<void>;
};

/** Stopped, and its files deleted, when the test file is done. */
export async function startRebornPair(workers: number, prepare?: (dataDir: string) => void): Promise<RebornPair> {
  const provider = await startFakeProvider();
  const dataDir = mkdtempSync(join(tmpdir(), "headgate-reborn-"));
  prepare?.(dataDir);
  const port = await freePort();
  const config = { ...failingProviders(provider.url), ...limitedConfig };
  const started: Headgate[] = [];
  const start = async () => {
    const next = await startHeadgate({ workers, dataDir, config, port });
    started.push(next);
    return next;
  };
  afterAll(async () => {
    for (const one of started) await one.stop();
    await provider.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  let gateway = await start();
  return {
    provider,
    dataDir,
    gateway: () => gateway,
    start: async () => {
      gateway = await start();
      return gateway;
    },
    killAll: async () => {
      for (const { pid } of gateway.pids()) end(pid);
      await gateway.exited;
    },
  };
}

/** Kills a process that may have ended already. */
export function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself meanwhile.
  }
}
