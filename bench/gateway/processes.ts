import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import type { Process } from "./subject.ts";

const ticksPerSecond = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

/** CPU time of processes so far, user and system, in microseconds. */
export function cpuUs(processes: readonly Process[]): number {
  let ticks = 0;
  for (const { pid } of processes) {
    const fields = statFields(pid);
    ticks += Number(fields[11]) + Number(fields[12]);
  }
  return (ticks * 1e6) / ticksPerSecond;
}

/** CPU time that the whole machine has spent so far, microseconds: who else was busy while something was measured? */
export function machineCpuUs(): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] =
    readFileSync("/proc/stat", "utf8").split("\n")[0]?.split(/\s+/).slice(1).map(Number) ?? [];
  return ((user + nice + system + irq + softirq) * 1e6) / ticksPerSecond;
}

/** The same figure of each role's processes, by its name. */
export function byRole(
  processes: readonly Process[],
  figure: (some: readonly Process[]) => number,
): { readonly [role: string]: number } {
  const roles = Map.groupBy(processes, ({ role }) => role);
  return Object.fromEntries([...roles].map(([role, some]) => [role, figure(some)]));
}

/** Memory of processes in MB: proportional share, so that pages shared by several count once. */
export function memoryMb(processes: readonly Process[]): number {
  let kb = 0;
  for (const { pid } of processes) {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
    kb += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0);
  }
  return kb / 1024;
}

/** A process and all that descend from it. */
export function treeOf(root: number): readonly number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      parents.set(Number(name), Number(statFields(Number(name))[1]));
    } catch {
      // It has ended.
    }
  }
  const tree = [root];
  for (const member of tree) for (const [pid, parent] of parents) if (parent === member) tree.push(pid);
  return tree;
}

/** Keeps processes, and what they start from now on, on these processors: `0`, `1-3`. */
export function pin(pids: readonly number[], processors: string): void {
  for (const pid of pids) execFileSync("taskset", ["-a", "-c", "-p", processors, String(pid)], { stdio: "ignore" });
}

/** What stands in `/proc/<pid>/stat` behind the name, from the state on. */
function statFields(pid: number): readonly string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}
