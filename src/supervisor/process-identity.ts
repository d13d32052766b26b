import { readFileSync } from "node:fs";

/** Names a process beyond the reuse of its number: `startedAt` is the kernel's text for when it began. */
export type ProcessIdentity = { readonly pid: number; readonly startedAt: string };

/** Undefined where there is no such process. */
export function identityOf(pid: number): ProcessIdentity | undefined {
  const startedAt = process.platform === "linux" ? linuxStart(pid) : psStart(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

export function isAlive(identity: ProcessIdentity): boolean {
  return identityOf(identity.pid)?.startedAt === identity.startedAt;
}

/** Changes with every boot of the machine, so that what an earlier boot wrote is known to be dead. */
export function bootId(): string {
  if (process.platform === "linux") return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  return commandOutput(["sysctl", "-n", "kern.bootsessionuuid"]) ?? "unknown";
}

/** Of the kernel's clock ticks, in which it tells times (USER_HZ, the same on all platforms that Bun runs on). */
const ticksPerSecond = 100;

/** The processor time that a process has taken, in milliseconds; undefined where nothing tells. Fields 14 and 15. */
export function processorMs(pid: number): number | undefined {
  const fields = linuxStat(pid);
  const ticks = Number(fields[11]) + Number(fields[12]);
  return Number.isFinite(ticks) ? (ticks * 1000) / ticksPerSecond : undefined;
}

/**
 * How often the main thread of a process has waited for something, as an event loop does between its turns; undefined where
 * nothing tells (proc_pid_status(5)).
 */
export function waitsOf(pid: number): number | undefined {
  try {
    const found = /^voluntary_ctxt_switches:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return found === null ? undefined : Number(found[1]);
  } catch {
    return undefined;
  }
}

/** Field 22, in clock ticks since boot. A zombie counts as gone. */
function linuxStart(pid: number): string | undefined {
  const fields = linuxStat(pid);
  return fields[0] === "Z" ? undefined : fields[19];
}

/** The fields of /proc/<pid>/stat from the third on (proc_pid_stat(5)); none where there is no such process or file. */
function linuxStat(pid: number): readonly string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name in brackets and may hold anything; fields count on from its last bracket.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return [];
  }
}

function psStart(pid: number): string | undefined {
  return commandOutput(["ps", "-o", "lstart=", "-p", String(pid)]);
}

function commandOutput(command: string[]): string | undefined {
  const result = Bun.spawnSync(command, { stdin: "ignore", stderr: "ignore" });
  const text = result.stdout.toString().trim();
  return result.success && text !== "" ? text : undefined;
}
