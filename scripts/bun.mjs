// The clone and the Bun that npm installed in it. Plain Node >= 20.
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Bun's install script moves the binary of the platform to `bun/bin/bun.exe`; where install scripts are blocked it is still
 * in the platform's own package. Undefined before `npm ci`.
 */
export function bun() {
  const cpu = process.arch === "arm64" ? "aarch64" : "x64";
  const plain = `bun-${process.platform}-${cpu}`;
  const packages = [plain, `${plain}-musl`, `${plain}-baseline`].map((name) => `@oven/${name}/bin/bun`);
  return [...packages, "bun/bin/bun.exe"].map((path) => join(root, "node_modules", path)).find(isProgram);
}

/** Before the install script ran, the file is a few lines that only say so. */
function isProgram(file) {
  return existsSync(file) && statSync(file).size > 1_000_000;
}
