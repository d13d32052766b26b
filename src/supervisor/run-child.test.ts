import { expect, test } from "bun:test";
import { join } from "node:path";
import { isAlive } from "./process-identity";

/** Becomes ready at the very moment at which it could hear that its supervisor has died. */
const child = `
  const { runChild } = await import(${JSON.stringify(join(import.meta.dir, "run-child"))});
  const log = { debug() {}, error() {} };
  const start = async () => { Bun.sleepSync(400); return { finish: async () => undefined }; };
  await runChild({ log, drainTimeoutMs: 100, start });`;
const supervisor = `
  const command = [process.execPath, "-e", ${JSON.stringify(child)}];
  const child = Bun.spawn(command, { stdio: ["ignore", "ignore", "ignore"], serialization: "json", ipc: () => {} });
  const { identityOf } = await import(${JSON.stringify(join(import.meta.dir, "process-identity"))});
  console.log(JSON.stringify(identityOf(child.pid)));
  await Bun.sleep(10_000);`;

test("runChild() ends when its supervisor dies before it has said that it is ready", async () => {
  const parent = Bun.spawn([process.execPath, "-e", supervisor], { stdout: "pipe" });
  const { value } = await parent.stdout.getReader().read();
  const orphan = JSON.parse(Buffer.from(value ?? []).toString());
  await Bun.sleep(200);
  parent.kill("SIGKILL");
  const deadline = performance.now() + 4000;
  while (isAlive(orphan) && performance.now() < deadline) await Bun.sleep(20);
  const ended = !isAlive(orphan);
  if (!ended) process.kill(orphan.pid, "SIGKILL");
  expect(ended).toBe(true);
}, 10_000);
