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

/** Field 22 of /proc/<pid>/stat, in clock ticks since boot (proc_pid_stat(5)). A zombie counts as gone. */
function linuxStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name in brackets and may hold anything; fields count on from its last bracket.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return undefined;
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
