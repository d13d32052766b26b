// What the gate and the benchmarks need of a clone: the locked packages, and Bun. Plain Node >= 20.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs `npm ci` where a package is missing or has another version. */
export function installMissing() {
  const { dependencies, devDependencies } = readJson(join(root, "package.json"));
  const stale = Object.entries({ ...dependencies, ...devDependencies }).some(([name, version]) => {
    const file = join(root, "node_modules", name, "package.json");
    return !existsSync(file) || readJson(file).version !== version;
  });
  if (stale) npm(["ci"]);
}

export function npm(args) {
  const { status } = spawnSync("npm", [...args, "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: "inherit",
  });
  if (status !== 0) process.stdout.write(`Cannot install: "npm ${args.join(" ")}" ended with ${status}\n`);
}

/** The Bun that npm installed. */
export function bun() {
  const platform = `${process.platform}-${process.arch === "arm64" ? "aarch64" : process.arch}`;
  const candidates = ["bun/bin/bun.exe", `@oven/bun-${platform}/bin/bun`].map((path) =>
    join(root, "node_modules", path),
  );
  return candidates.find((path) => existsSync(path)) ?? candidates[0];
}

function readJson(file) {
  return JSON.parse(readFileSync(file, "utf8"));
}
