import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { processesOfDirectory } from "../harness/start-headgate.ts";
import { type Fault, oneOf } from "./fault.ts";
import type { World } from "./world.ts";

const minuteS = 60;
const dayS = 86_400;
const shiftsS = [5 * minuteS, -5 * minuteS, 61 * minuteS, -61 * minuteS, dayS, -dayS, 6 * dayS, -6 * dayS];

/** The machine's clock and descriptors. */
export const machineFaults: readonly Fault[] = [
  {
    name: "the clock jumps and comes back",
    weight: 4,
    lastsMs: [500, 12_000],
    begin: (world, { dice }) => {
      if (world.clock === undefined) return undefined;
      world.facts.isClockMoved = true;
      const seconds = oneOf(shiftsS, dice[0]);
      world.tell(`clock: ${seconds} s`);
      world.clock.shift(seconds);
      return ({ clock }) => clock?.shift(0);
    },
  },
  {
    name: "few descriptors are left",
    weight: 3,
    lastsMs: [500, 5000],
    begin: (world, { dice }) => {
      const workers = among(world, ["worker", "control"]);
      if (workers.length === 0) return undefined;
      const pid = oneOf(workers, dice[0]);
      const before = softLimit(pid);
      const open = openFiles(pid);
      if (before === undefined || open === undefined) return undefined;
      limitFiles(pid, String(open + Math.floor(dice[1] * 12)));
      return ({ dataDir }) => {
        if (processesOfDirectory(dataDir).includes(pid)) limitFiles(pid, before);
      };
    },
  },
];

function among(world: World, roles: readonly string[]): readonly number[] {
  return world
    .gateway()
    .pids()
    .filter(({ role }) => roles.includes(role))
    .map(({ pid }) => pid);
}

function openFiles(pid: number): number | undefined {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return undefined;
  }
}

function softLimit(pid: number): string | undefined {
  const args = ["--pid", String(pid), "--nofile", "--noheadings", "--raw", "--output", "SOFT"];
  const { status, stdout } = spawnSync("prlimit", args, { encoding: "utf8" });
  return status === 0 ? stdout.trim() : undefined;
}

function limitFiles(pid: number, soft: string): void {
  spawnSync("prlimit", ["--pid", String(pid), `--nofile=${soft}:`]);
}
