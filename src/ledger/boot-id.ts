import { readFileSync } from "node:fs";

/**
 * What changes with every start of the machine, as four ints. Page cache survives a killed process but no restart, so a
 * ledger of another boot is believed only when it was closed cleanly.
 */
export function readBootId(): readonly number[] {
  return bootIdInts(
    process.platform === "darwin" ? darwinBootId() : readFileSync("/proc/sys/kernel/random/boot_id", "utf8"),
  );
}

/** Takes a UUID's 32 hex digits, dashes or not. */
export function bootIdInts(uuid: string): readonly number[] {
  const digits = uuid.replaceAll("-", "").trim();
  if (!/^[0-9a-fA-F]{32}$/.test(digits))
    throw new Error(`Cannot read the boot id: found ${JSON.stringify(uuid)}, a UUID is needed`);
  return [0, 8, 16, 24].map((start) => Number.parseInt(digits.slice(start, start + 8), 16) | 0);
}

function darwinBootId(): string {
  return Bun.spawnSync(["/usr/sbin/sysctl", "-n", "kern.bootsessionuuid"]).stdout.toString();
}
