import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Program } from "./program.ts";

const root = fileURLToPath(new URL("../../../.tmp/programs/", import.meta.url));
const patienceMs = 300_000;

/**
 * The folder with a program's packages, which are fetched where they are not there yet; undefined where the registry
 * does not have them, or cannot be reached. They are no part of the product and stand in no package.json.
 */
export function installed(program: Pick<Program, "packages">): string | undefined {
  const names = "npm" in program.packages ? program.packages.npm : program.packages.pip;
  const folder = join(root, names.join("+").replaceAll(/[^\w.+-]+/g, "_"));
  // What was broken off is made anew.
  const half = `${folder}.new`;
  if (existsSync(folder) && !existsSync(half)) return folder;
  for (const path of [half, folder]) rmSync(path, { recursive: true, force: true });
  mkdirSync(half, { recursive: true });
  const done = "npm" in program.packages ? withNpm(half, names) : withPip(folder, half, names);
  if (!done) return undefined;
  if (existsSync(half)) renameSync(half, folder);
  return folder;
}

function withNpm(folder: string, names: readonly string[]): boolean {
  return run("npm", [
    "install",
    "--prefix",
    folder,
    "--no-save",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    ...names,
  ]);
}

/** The commands of a Python know their own path, so it is made in its place; `half` marks it until it is whole. */
function withPip(folder: string, half: string, names: readonly string[]): boolean {
  const pip = join(folder, "bin/pip");
  const made =
    run("python3", ["-m", "venv", folder]) && run(pip, ["install", "-q", "--disable-pip-version-check", ...names]);
  rmSync(half, { recursive: true, force: true });
  if (!made) rmSync(folder, { recursive: true, force: true });
  return made;
}

function run(file: string, args: readonly string[]): boolean {
  return spawnSync(file, args, { stdio: ["ignore", "ignore", "inherit"], timeout: patienceMs }).status === 0;
}
