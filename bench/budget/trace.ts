import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnChild } from "../../test/harness/child.ts";
import { waitUntil } from "../../test/harness/wait-until.ts";

export type Calls = ReadonlyMap<string, number>;

/** Why system calls cannot be counted here; undefined where they can. */
export function whyNoTrace(): string | undefined {
  const { error, status, stderr } = spawnSync("strace", ["-qq", "-c", "-o", "/dev/null", "true"], { encoding: "utf8" });
  if (error !== undefined) return "strace is not installed (`apt-get install strace`)";
  return status === 0 ? undefined : `strace may not trace here: ${stderr.trim()}`;
}

/** Counts the system calls of all threads of a process while the work is done, by their names. */
export async function traceCalls(pid: number, work: () => Promise<void>): Promise<Calls> {
  const directory = mkdtempSync(join(tmpdir(), "headgate-strace-"));
  const file = join(directory, "counts");
  const strace = spawnChild(["strace", "-f", "-c", "-U", "calls,name", "-o", file, "-p", String(pid)], {
    name: "strace",
  });
  try {
    await waitUntil("strace to attach", () => {
      if (!strace.running()) throw new Error(`Cannot trace ${pid}: ${strace.stderr().join("\n")}`);
      return isTraced(pid);
    });
    await work();
    await strace.stop("SIGINT", 10_000);
    return parseCounts(readFileSync(file, "utf8"));
  } finally {
    await strace.stop("SIGKILL", 1000);
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Every thread has a tracer: one that starts later is attached by itself. */
function isTraced(pid: number): boolean {
  const threads = spawnSync("sh", ["-c", `cat /proc/${pid}/task/*/status`], { encoding: "utf8" }).stdout;
  const tracers = [...threads.matchAll(/^TracerPid:\s+(\d+)/gm)].map((match) => match[1]);
  return tracers.length > 0 && tracers.every((tracer) => tracer !== "0");
}

/** Lines of a count and a name, between rules. */
function parseCounts(text: string): Calls {
  return new Map(
    [...text.matchAll(/^\s*(\d+)\s+(\w+)$/gm)].flatMap(([, count, name]) =>
      name === undefined || name === "total" ? [] : [[name, Number(count)]],
    ),
  );
}
