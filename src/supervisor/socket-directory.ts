import { createHash } from "node:crypto";
import { chmodSync, lstatSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProcessOptions } from "#config/process-options";

/** `sun_path` holds 108 bytes on Linux and 104 on macOS, a closing NUL among them. */
const longestPath = process.platform === "darwin" ? 103 : 107;
const longestName = "snapshot-4294967295.sock";

/** Makes and returns the directory of our sockets: `run` in the data directory, or a private one where that is too deep. */
export function socketDirectory(dataDir: string, temporaryDir: string = tmpdir()): string {
  const inside = join(dataDir, "run");
  const directory = fits(inside) ? inside : join(temporaryDir, `headgate-${digest(dataDir)}`);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const found = lstatSync(directory);
  if (!found.isDirectory() || found.uid !== process.getuid?.()) {
    throw new Error(`Cannot use ${directory} for sockets: it is not a directory of this user, remove it`);
  }
  chmodSync(directory, 0o700);
  return directory;
}

export function socketPaths(directory: string, generation: number): ProcessOptions["sockets"] {
  return {
    control: join(directory, `control-${generation}.sock`),
    snapshot: join(directory, `snapshot-${generation}.sock`),
    supervisor: join(directory, "supervisor.sock"),
  };
}

function fits(directory: string): boolean {
  return Buffer.byteLength(join(directory, longestName)) <= longestPath;
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
