import { existsSync, readFileSync } from "node:fs";

/** Of one process, as the kernel tells it. */
export type ProcessUsage = {
  readonly residentBytes: number;
  /** User and system time together. */
  readonly cpuSeconds: number;
  readonly uptimeSeconds: number;
};

/** Of `sysconf(_SC_CLK_TCK)`, which is 100 on every Linux that Bun runs on. */
const ticksPerSecond = 100;

/** Undefined where the kernel does not tell, as on macOS, or the process has ended. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
export function readProcessUsage(pid: number): ProcessUsage | undefined {
  const [stat, status, uptime] = [read(`/proc/${pid}/stat`), read(`/proc/${pid}/status`), read("/proc/uptime")];
  // The name in parentheses may hold spaces: fields are counted from behind it, the state being the third of all.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [user, system, startedAt] = [fields[11], fields[12], fields[19]].map(Number);
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB/m.exec(status) ?? [];
  if (user === undefined || system === undefined || startedAt === undefined || kibibytes === undefined)
    return undefined;
  const upS = Number(uptime.split(" ")[0]);
  return {
    residentBytes: Number(kibibytes) * 1024,
    cpuSeconds: (user + system) / ticksPerSecond,
    uptimeSeconds: Math.max(0, upS - startedAt / ticksPerSecond),
  };
}

function read(path: string): string {
  try {
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  } catch {
    return "";
  }
}
