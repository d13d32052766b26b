import { spawnSync } from "node:child_process";
import { arch, availableParallelism, cpus, loadavg, release, totalmem } from "node:os";
import { fileURLToPath } from "node:url";

/** Where and with what a run was made; without it no figure can be compared. */
export function describeMachine(checkouts: readonly { readonly name: string; readonly checkout: string }[]) {
  return {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
    arch: arch(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    load: loadavg().map((load) => Number(load.toFixed(1))),
    bun: Bun.version,
    nginx: firstLine(["nginx", "-v"]),
    wrk: firstLine(["wrk", "-v"]),
    commits: Object.fromEntries(checkouts.map(({ name, checkout }) => [name, commitOf(checkout)])),
  };
}

export const ownCheckout = fileURLToPath(new URL("../../", import.meta.url));

function commitOf(checkout: string): string {
  return firstLine(["git", "-C", checkout, "describe", "--always", "--dirty"]);
}

function firstLine([command = "", ...args]: readonly string[]): string {
  const { stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  return `${stdout ?? ""}${stderr ?? ""}`.split("\n")[0]?.trim() || "unknown";
}
