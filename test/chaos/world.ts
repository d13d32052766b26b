import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDiskFull } from "#lib/disk-full";
import { failingProviders, scriptFailures } from "../crash/failing-providers.ts";
import { allKeys, limitedConfig } from "../crash/limited-keys.ts";
import { end } from "../crash/reborn-pair.ts";
import { fillerName, mountSmall, unmount } from "../crash/small-disk.ts";
import type { Witness } from "../crash/traffic.ts";
import { type FakeProvider, startFakeProvider } from "../fake-provider/start-fake-provider.ts";
import { freePort } from "../harness/free-port.ts";
import { type Headgate, processesOfDirectory, startHeadgate } from "../harness/start-headgate.ts";
import { createWallClock, type WallClock } from "../harness/wall-clock.ts";

/** Everything that can be broken: an instance that is started again and again in one data directory, and what is around it. */
export type World = {
  readonly dataDir: string;
  /** A file system of its own, small enough to be filled. */
  readonly isSmallDisk: boolean;
  /** Undefined where the wall clock cannot be moved here. */
  readonly clock: WallClock | undefined;
  readonly provider: FakeProvider;
  /** The one that was started last. */
  readonly gateway: () => Headgate;
  readonly config: () => Record<string, unknown>;
  readonly start: () => Promise<void>;
  /** Kills all of its processes at once, those that an earlier supervisor left too. */
  readonly killAll: () => Promise<void>;
  /** Directories to which a log database was moved that was taken away. */
  readonly lostLogs: string[];
  /** Restarts that are under way. */
  readonly orders: Set<Promise<void>>;
  /** What must be known when all is counted. */
  readonly facts: { isLedgerLost: boolean; isClockMoved: boolean; isJournalMended: boolean };
  readonly witnesses: Witness[];
  /** Virtual keys that the API said it made. */
  readonly madeKeys: string[];
  /** How many requests the provider has seen; forgets what it was told to do beside what it always does. */
  readonly sentOn: () => Promise<number>;
  readonly tell: (text: string) => void;
  /** Puts an instance whose ledger was deleted right, as it asks for it: stopped and started. */
  readonly mendLedger: () => Promise<void>;
  /** Gives what is wrong with how it ended. */
  readonly close: () => Promise<readonly string[]>;
};

export const workers = 2;
const diskMegabytes = 400;

/** Provider calls that hang must end within the life of a round. */
const timeouts = { headers_ms: 4000, idle_ms: 3000, total_ms: 15_000, patient_ms: 6000 };

/** A key whose budgets begin anew with every minute and day, however the clock moves. */
export const datedKey = "hg-dated-000000000000000000000000000000000000000";
const dated = {
  name: "dated",
  value: datedKey,
  budgets: [
    { limit_usd: 0.05, period: "1m" },
    { limit_usd: 0.5, period: "1d" },
  ],
};
export const chaosKeys: readonly string[] = [...allKeys, datedKey];

export async function createWorld(tell: (text: string) => void): Promise<World> {
  const directory = mkdtempSync(join(tmpdir(), "headgate-chaos-"));
  const dataDir = join(directory, "data");
  const isSmallDisk = mountSmall(dataDir, diskMegabytes);
  const clock = createWallClock();
  const provider = await startFakeProvider();
  await scriptFailures(provider);
  const port = await freePort();
  const config = chaosConfig(provider.url);
  const started: Headgate[] = [];
  let gateway: Headgate | undefined;
  let sentOn = 0;
  const startOnce = () =>
    startHeadgate({
      workers,
      dataDir,
      port,
      config,
      flags: ["--hang-timeout", "4s", "--drain-timeout", "5s", "--takeover-timeout", "10s"],
      readyWithinMs: 60_000,
      ...(clock !== undefined && { env: clock.env }),
    });
  const start = async (): Promise<void> => {
    gateway = await startOnce().catch((error: Error) => {
      const filler = join(dataDir, fillerName);
      // There may be room again by now.
      if (!existsSync(filler) && !isDiskFull(error)) throw error;
      // Nothing starts on a full disk. It says so, and the operator makes room.
      tell(`no start on a full disk: ${error.message.split("\n").find((line) => line.startsWith("headgate:"))}`);
      rmSync(filler, { force: true });
      return startOnce();
    });
    started.push(gateway);
  };
  const running = (): Headgate => {
    if (gateway === undefined) throw new Error("Nothing was started yet");
    return gateway;
  };
  return {
    dataDir,
    isSmallDisk,
    clock,
    provider,
    gateway: running,
    config: () => config,
    start,
    killAll: async () => {
      for (const { pid } of running().pids()) end(pid);
      for (const pid of processesOfDirectory(dataDir)) end(pid);
      await running().exited;
    },
    lostLogs: [],
    orders: new Set(),
    facts: { isLedgerLost: false, isClockMoved: false, isJournalMended: false },
    witnesses: [],
    madeKeys: [],
    sentOn: async () => {
      sentOn += (await provider.log()).length;
      await provider.reset();
      await scriptFailures(provider);
      return sentOn;
    },
    tell,
    mendLedger: async () => {
      if (existsSync(join(dataDir, "ledger"))) return;
      const ends = await stopInTime(running());
      if (ends !== 0) throw new Error(`A stop without a ledger gave ${ends}`);
      await start();
    },
    close: async () => {
      const ends = gateway === undefined ? 0 : await stopInTime(gateway);
      if (ends !== 0)
        tell(
          statesOf([
            ...running()
              .pids()
              .map(({ pid }) => pid),
            ...processesOfDirectory(dataDir),
          ]),
        );
      const left = processesOfDirectory(dataDir);
      for (const one of started) await one.stop();
      await provider.stop();
      clock?.remove();
      if (isSmallDisk) unmount(dataDir);
      rmSync(directory, { recursive: true, force: true });
      return [
        ...(ends === 0 ? [] : [`the stop at the end gave ${ends}`]),
        ...(left.length === 0 ? [] : [`processes left after the stop: ${left.join(", ")}`]),
      ];
    },
  };
}

/** As a service manager stops it. */
async function stopInTime(gateway: Headgate): Promise<number | string> {
  const [supervisor] = gateway.pids();
  if (supervisor !== undefined) signalQuietly(supervisor.pid, "SIGTERM");
  return Promise.race([gateway.exited, Bun.sleep(40_000).then(() => "no end within 40 s")]);
}

/** What each does: running, sleeping or stopped, in which call of the kernel, and its processor time. */
function statesOf(pids: readonly number[]): string {
  const args = ["-o", "pid,ppid,stat,wchan:20,etimes,time,args", "-p", [...new Set(pids)].join(",")];
  return spawnSync("ps", args, { encoding: "utf8" }).stdout;
}

/** For a process that may have ended meanwhile. */
export function signalQuietly(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has.
  }
}

/** Where log databases go that are taken away: still on the same disk, for processes that have them open write on. */
export function awayDirectory(world: World): string {
  const directory = join(world.dataDir, `away-${world.lostLogs.length}`);
  mkdirSync(directory, { mode: 0o700 });
  return directory;
}

function chaosConfig(providerUrl: string): Record<string, unknown> {
  const { providers, ...rest } = { providers: {}, ...failingProviders(providerUrl) };
  const patient = Object.entries(providers).map(([name, provider]) => [name, { ...Object(provider), timeouts }]);
  const { virtual_keys: keys, ...limits } = limitedConfig;
  return { ...rest, ...limits, providers: Object.fromEntries(patient), virtual_keys: [...keys, dated] };
}
