import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { startPair } from "../e2e/start-pair.ts";
import { startHeadgate, testKey } from "../harness/start-headgate.ts";
import { waitUntil } from "../harness/wait-until.ts";

const config = { virtual_keys: [{ name: "test", value: testKey }] };

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
}, 240_000);

test.skipIf(process.platform !== "linux")(
  "a start takes the port from a worker that stands still and whose supervisor was killed",
  async () => {
    const flags = ["--hang-timeout", "3s"];
    const first = await startHeadgate({ config, workers: 2, flags });
    const { dataDir, port } = first;
    const still = await first.kill("worker", 0, "SIGSTOP");
    await first.kill("supervisor");
    await first.exited;
    const second = await startHeadgate({ config, workers: 2, flags, dataDir, port, readyWithinMs: 60_000 });
    expect(second.output()).toContain("hangs and keeps the port");
    expect(isAlive(still)).toBe(false);
    const asked = { model: "demo/echo", messages: [{ role: "user", content: "hello" }] };
    expect((await second.post("/v1/chat/completions", asked)).status).toBe(200);
    await second.stop();
    await first.stop();
  },
  240_000,
);

/** Whether the process runs; one that ended and that nobody has collected yet does not. */
function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat[stat.lastIndexOf(")") + 2] !== "Z";
  } catch {
    return false;
  }
}
