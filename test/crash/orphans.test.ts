import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { startPair } from "../e2e/start-pair.ts";
import { waitUntil } from "../harness/wait-until.ts";

test("a worker whose supervisor and control plane die while it starts ends too", async () => {
  const { gateway } = await startPair();
  const first = gateway.pids();
  await gateway.kill("control", 0, "SIGSTOP");
  const killed = await gateway.kill("worker");
  // It cannot become ready: the control plane that stands still gives it no snapshot.
  const next = await waitUntil("the next worker to start", () =>
    gateway.pids().find(({ role, pid }) => role === "worker" && pid !== killed),
  );
  await Bun.sleep(500);
  for (const { role, pid } of first) if (role !== "worker") process.kill(pid, "SIGKILL");
  await waitUntil("it to end", () => !isAlive(next.pid), 5000);
  expect(isAlive(next.pid)).toBe(false);
}, 30_000);

/** Whether the process runs; one that ended and that nobody has collected yet does not. */
function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat[stat.lastIndexOf(")") + 2] !== "Z";
  } catch {
    return false;
  }
}
