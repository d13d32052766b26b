import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The wall clock of processes that are started with `env`: as it is, until it is set. */
export type WallClock = {
  readonly env: { readonly [name: string]: string };
  /** From now on it is so many seconds ahead of the machine's; behind with a negative number. */
  readonly shift: (seconds: number) => void;
  readonly remove: () => void;
};

/**
 * Undefined where there is no C compiler or no Linux. Nobody may set the machine's own clock in a test, and no namespace has one of
 * its own, so the processes are given a library that answers in place of the C library's. `setBackInWaits`: a clock that is ahead
 * is as if it were set right while each wait lasts that ends at a time of it.
 */
export function createWallClock({ setBackInWaits = false } = {}): WallClock | undefined {
  const directory = mkdtempSync(join(tmpdir(), "headgate-clock-"));
  const [library, file] = [join(directory, "wall-clock.so"), join(directory, "shift")];
  const shift = (seconds: number): void => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(seconds));
    writeFileSync(file, bytes, { flag: "r+" });
  };
  const remove = () => rmSync(directory, { recursive: true, force: true });
  writeFileSync(file, Buffer.alloc(8));
  const source = fileURLToPath(new URL("./wall-clock.c", import.meta.url));
  const args = [
    "-shared",
    "-fPIC",
    "-O1",
    `-DSHIFT_FILE="${file}"`,
    ...(setBackInWaits ? ["-DSET_BACK_IN_WAITS"] : []),
    "-o",
    library,
    source,
    "-ldl",
  ];
  if (process.platform === "linux" && spawnSync("cc", args, { stdio: "ignore" }).status === 0)
    return { env: { LD_PRELOAD: library }, shift, remove };
  remove();
  return undefined;
}
