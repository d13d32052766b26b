import { expect, test } from "bun:test";
import { recoverAtEnd } from "./orphans";
import { identityOf } from "./process-identity";

/** A worker of a supervisor that is gone, which runs this, and what becomes of it. */
function orphanOf(script: string) {
  const child = Bun.spawn([process.execPath, "-e", `${script}; console.log("runs")`], { stdout: "pipe" });
  const identity = identityOf(child.pid) ?? expect.unreachable();
  const told: string[] = [];
  const line = (_: object, message: string) => void told.push(message);
  const follow = (hangTimeoutMs: number) =>
    recoverAtEnd(
      { ...identity, generation: 1, index: 0 },
      {
        recovery: { recoverWorker: () => void told.push("recovered") },
        registry: { remove: (pid) => void told.push(pid === child.pid ? "forgotten" : "another") },
        drainTimeoutMs: 60_000,
        hangTimeoutMs,
        log: { debug: line, info: line, warn: line, error: line },
      },
    );
  const runs = async () => void (await child.stdout.getReader().read());
  return { child, follow, runs, told };
}

const killed = ["a process of a killed supervisor hangs, killing it", "recovered", "forgotten"];

test.skipIf(process.platform !== "linux")(
  "recoverAtEnd() does not wait for a worker that is stopped",
  async () => {
    const { child, follow, runs, told } = orphanOf("setInterval(() => undefined, 25)");
    await runs();
    child.kill("SIGSTOP");
    await follow(1500);
    expect(told).toEqual(killed);
  },
  60_000,
);

test.skipIf(process.platform !== "linux")(
  "recoverAtEnd() does not wait for an endless loop",
  async () => {
    const { follow, told } = orphanOf("setTimeout(() => { for (;;); }, 300)");
    await follow(1500);
    expect(told).toEqual(killed);
  },
  60_000,
);

test("recoverAtEnd() lets a worker finish whose event loop turns, however long it waits", async () => {
  const { follow, told } = orphanOf("setInterval(() => undefined, 25); setTimeout(() => process.exit(), 8000)");
  await follow(3000);
  expect(told).toEqual(["recovered", "forgotten"]);
}, 60_000);
