// `npm run build:dashboard`: builds dashboard/dist where it is stale, and installs what that needs only then. `--force`
// builds in any case. Plain Node >= 20.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { bun, root } from "./bun.mjs";
import { installLocked } from "./install.mjs";

const folder = join(root, "dashboard");
const dist = join(folder, "dist");
/** Says which sources the build was made of. */
const stamp = join(dist, ".stamp");
const lock = join(folder, ".building");

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    buildDashboard({ force: process.argv.includes("--force") });
  } catch (error) {
    process.stderr.write(`headgate: ${error.message}\n`);
    process.exitCode = 1;
  }
}

/** Whether there are sources that dashboard/dist was not built of; a package has the build alone. */
export function isDashboardStale() {
  if (!existsSync(join(folder, "src"))) return false;
  return !existsSync(stamp) || readFileSync(stamp, "utf8") !== hashOfSources();
}

/** Throws with the reason when it cannot be built. */
export function buildDashboard({ force = false } = {}) {
  if (!force && !isDashboardStale()) return;
  exclusively(() => {
    if (!force && !isDashboardStale()) return;
    installBuildTools();
    const hash = hashOfSources();
    const { status } = spawnSync(bun(), [join(folder, "build.ts"), dist], { stdio: ["ignore", 2, 2] });
    // What it says goes where messages go: the output of `npm pack` is read by programs.
    if (status !== 0) throw new Error(`Cannot build the dashboard: its build ended with ${status}`);
    writeFileSync(stamp, hash);
  });
}

/** The locked packages of the page, where one is missing or has another version. */
export function installBuildTools() {
  const wanted = readJson(join(folder, "package-lock.json"))?.packages ?? {};
  const installed = readJson(join(folder, "node_modules", ".package-lock.json"))?.packages ?? {};
  const missing = Object.entries(wanted).some(
    ([path, entry]) => path !== "" && !entry.optional && installed[path]?.version !== entry.version,
  );
  if (!missing) return;
  const error = installLocked(folder);
  if (error !== undefined) throw new Error(`Cannot install what the dashboard is built with: npm ci failed (${error})`);
}

/** Of everything that the build reads, in the order of the names. */
function hashOfSources() {
  const files = readdirSync(join(folder, "src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(test|gen)\.tsx?$/.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)));
  const hash = createHash("sha256");
  for (const file of ["build.ts", "index.html", "package-lock.json", ...files.sort()]) {
    hash
      .update(file)
      .update("\0")
      .update(readFileSync(join(folder, file)))
      .update("\0");
  }
  return hash.digest("hex");
}

/** One build at a time; the lock of one that died is taken away. */
function exclusively(run) {
  while (!takeLock()) {
    const holder = Number(readIfThere(lock));
    if (holder > 0 && !isRunning(holder)) rmSync(lock, { force: true });
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  }
  try {
    run();
  } finally {
    rmSync(lock, { force: true });
  }
}

function takeLock() {
  try {
    writeSync(openSync(lock, "wx"), String(process.pid));
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

function readJson(file) {
  const text = readIfThere(file);
  return text === undefined ? undefined : JSON.parse(text);
}

function readIfThere(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
