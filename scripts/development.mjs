// What the gate and the benchmarks need of a clone: the locked packages. Plain Node >= 20.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./bun.mjs";

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

function readJson(file) {
  return JSON.parse(readFileSync(file, "utf8"));
}
