import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * The Bun that npm installed. Its install script moves the executable from the platform's package to `bun/bin`; where
 * install scripts are blocked it is still in the former.
 */
export function bunBinary(): string {
  const modules = fileURLToPath(new URL("../../node_modules/", import.meta.url));
  const platform = `${process.platform}-${process.arch === "arm64" ? "aarch64" : process.arch}`;
  const candidates = [`${modules}bun/bin/bun.exe`, `${modules}@oven/bun-${platform}/bin/bun`];
  const found = candidates.find((path) => existsSync(path));
  if (!found) throw new Error(`Cannot find Bun: looked at ${candidates.join(" and ")}; run "npm ci"`);
  return found;
}
