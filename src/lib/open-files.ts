import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/**
 * How many files and sockets this process may open: its soft limit, which Bun raises to the hard one as it starts. Infinite
 * where there is none or it cannot be told.
 */
export function openFilesLimit(): number {
  const text = process.platform === "linux" ? linuxLimit() : shellLimit();
  return /^\d+$/.test(text) ? Number(text) : Number.POSITIVE_INFINITY;
}

/** How many are open now. Throws where none is left to look with. */
export function countOpenFiles(): number {
  return readdirSync(process.platform === "linux" ? "/proc/self/fd" : "/dev/fd").length;
}

/** proc_pid_limits(5): `Max open files   1024   4096   files`. */
function linuxLimit(): string {
  try {
    return /^Max open files\s+(\S+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1] ?? "";
  } catch {
    return "";
  }
}

function shellLimit(): string {
  try {
    return execFileSync("sh", ["-c", "ulimit -n"], { encoding: "utf8" }).trim();
  } catch {
    return "";
  }
}
