import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findLock, lockPath } from "#supervisor/lock-file";
import { isAlive } from "#supervisor/process-identity";
import type { Finding } from "#system/finding";
import type { Examined } from "./examined";

/** Files of the data directory that are torn, or gone under a running instance, and processes that are gone or stopped. */
export function checkFiles({ options, running }: Examined): readonly Finding[] {
  const { dataDir } = options;
  const torn = [...tornLock(dataDir), ...tornGeneration(dataDir)];
  if (running === undefined) return torn;
  const gone = ["ledger", "journal", "config.sqlite", "logs.sqlite"].filter((name) => !existsSync(join(dataDir, name)));
  const missing: Finding = {
    level: "fail",
    subject: "files",
    text: `${gone.join(", ")} gone under the running instance: it restores what it can within seconds; a ledger is made anew by a stop and a start`,
  };
  const still = running.children.filter((child) => !isAlive(child) || isStopped(child.pid)).map(({ pid }) => pid);
  const idle: Finding = {
    level: "fail",
    subject: "processes",
    text: `${still.join(", ")} ended or stopped by a signal: replaced within --hang-timeout, else see the log`,
  };
  return [...torn, ...(gone.length > 0 ? [missing] : []), ...(still.length > 0 ? [idle] : [])];
}

function tornLock(dataDir: string): readonly Finding[] {
  if (findLock(lockPath(dataDir)) !== "torn") return [];
  return [
    {
      level: "warn",
      subject: "lock file",
      text: "empty or cut off, as a power cut leaves it: the next start replaces it",
    },
  ];
}

function tornGeneration(dataDir: string): readonly Finding[] {
  const file = join(dataDir, "generation");
  if (!existsSync(file) || /^\d{1,10}$/.test(readFileSync(file, "utf8").trim())) return [];
  return [
    { level: "warn", subject: "generation", text: "unreadable: the next start goes on from the names of other files" },
  ];
}

/** proc_pid_stat(5): the state follows the program's name, which stands in brackets. Linux alone tells. */
function isStopped(pid: number): boolean {
  try {
    return /\) [Tt] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
