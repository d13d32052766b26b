import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A file system of its own, so small that a test can fill it. False where this user may not mount one. */
export function mountSmall(directory: string, megabytes: number): boolean {
  mkdirSync(directory, { mode: 0o700, recursive: true });
  const options = `size=${megabytes}m,mode=0700`;
  return spawnSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", directory], { stdio: "ignore" }).status === 0;
}

export function unmount(directory: string): void {
  spawnSync("umount", ["-l", directory]);
}

export const fillerName = "filler";

/** Takes all the room that is left, and gives the file that has it. */
export function fill(directory: string): string {
  const file = join(directory, fillerName);
  for (let bytes = 1 << 20; bytes >= 4096; ) {
    try {
      writeFileSync(file, Buffer.alloc(bytes), { flag: "a" });
    } catch {
      bytes >>= 1;
    }
  }
  return file;
}
