import { test } from "bun:test";
import { join } from "node:path";
import { waitUntil } from "../../test/harness/wait-until";
import { isAlive } from "./process-identity";

/** Becomes ready as soon as its supervisor has died, before it could hear of it. */
const child = `
  const { runChild } = await import(${JSON.stringify(join(import.meta.dir, "run-child"))});
  const log = { debug() {}, error() {} };
  const supervisor = process.ppid;
  const start = async () => {
    process.send("starting");
    while (process.ppid === supervisor) Bun.sleepSync(5);
    return { finish: async () => undefined };
  };
  await runChild({ log, drainTimeoutMs: 100, start });`;
const supervisor = `
  const { identityOf } = await import(${JSON.stringify(join(import.meta.dir, "process-identity"))});
  const command = [process.execPath, "-e", ${JSON.stringify(child)}];
  const ipc = (said, child) => said === "starting" && console.log(JSON.stringify(identityOf(child.pid)));
  const child = Bun.spawn(command, { stdio: ["ignore", "ignore", "ignore"], serialization: "json", ipc });
  await child.exited;`;

test("runChild() ends when its supervisor dies before it has said that it is ready", async () => {
  const parent = Bun.spawn([process.execPath, "-e", supervisor], { stdout: "pipe" });
  const { value } = await parent.stdout.getReader().read();
  const orphan = JSON.parse(Buffer.from(value ?? []).toString());
  parent.kill("SIGKILL");
  try {
    await waitUntil("the orphan's end", () => !isAlive(orphan), 15_000);
  } catch (cause) {
    process.kill(orphan.pid, "SIGKILL");
    throw cause;
  }
});
