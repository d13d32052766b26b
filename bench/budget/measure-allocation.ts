import { fileURLToPath } from "node:url";
import { bunBinary } from "../../test/harness/bun-binary.ts";
import { spawnChild } from "../../test/harness/child.ts";
import { waitUntil } from "../../test/harness/wait-until.ts";

/**
 * Nothing is collected, and the optimising compilers are off: what they prove unneeded is not allocated, but when they come to
 * it depends on how busy the machine is.
 */
export const plainly = { BUN_JSC_useGC: "0", BUN_JSC_useDFGJIT: "0" };

/** Bytes that JavaScriptCore allocates, by the names of the rows; measured in a process of its own. */
export async function measureAllocation(part: "worker" | "ingestion"): Promise<ReadonlyMap<string, number>> {
  const script = fileURLToPath(new URL(part === "worker" ? "./allocation.ts" : "./ingestion.ts", import.meta.url));
  const child = spawnChild([bunBinary(), script], {
    name: `allocation of the ${part}`,
    env: { ...process.env, ...plainly },
  });
  if (part === "ingestion") {
    await waitUntil("the records to be journaled", () => child.stdout().includes("ready"), 30_000);
    process.kill(child.pid, "SIGUSR2");
  }
  const exit = await child.exited;
  if (exit !== 0) throw new Error(`Cannot measure the allocation of the ${part}:\n${child.stderr().join("\n")}`);
  return new Map(Object.entries(JSON.parse(child.stdout().at(-1) ?? "")).map(([name, bytes]) => [name, Number(bytes)]));
}
