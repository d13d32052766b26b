// `npm start`: installs what is missing, then runs bin/headgate. Plain Node.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** One retry soon: so that npm says within seconds that there is no network. */
const retries = ["--fetch-retries=1", "--fetch-retry-mintimeout=100", "--fetch-retry-maxtimeout=300"];
const quickly = ["--prefer-offline", "--no-audit", "--no-fund", ...retries];
/** Whatever npm was told to say when it started this, its errors are needed. */
const audibly = "--loglevel=error";

installMissing();
run(join(root, "bin", "headgate"), process.argv.slice(2));

function installMissing() {
  const wanted = lockedPackages("package-lock.json");
  const installed = lockedPackages("node_modules/.package-lock.json");
  if (wanted === undefined || isInstalled(wanted, installed ?? {})) return;
  // What was installed for development is installed again.
  const hasDevelopment = Object.values(installed ?? {}).some((entry) => entry.dev);
  process.stderr.write("Installing dependencies …\n");
  const result = npm(["ci", ...(hasDevelopment ? [] : ["--omit=dev"]), ...quickly, audibly]);
  if (result.status === 0) return;
  fail(
    `Cannot install the dependencies: npm ci failed (${npmError(result)}); ` +
      "they are needed once: run `npm ci --omit=dev` where an npm registry can be reached, then start again",
  );
}

function lockedPackages(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), "utf8")).packages;
  } catch {
    return undefined;
  }
}

/** Whether everything that is needed to run has the locked version; optional packages may be another platform's. */
function isInstalled(wanted, installed) {
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === "" || entry.dev || entry.devOptional || entry.link) return true;
    const found = installed[path];
    if (found === undefined) return entry.optional === true;
    return found.version === entry.version && existsSync(join(root, path, "package.json"));
  });
}

function npm(args) {
  // Inside `npm start` this is npm's own script; run with this Node it needs no search on PATH.
  const script = process.env.npm_execpath;
  const [command, ...first] = script?.endsWith(".js") ? [process.execPath, script] : ["npm"];
  return spawnSync(command, [...first, ...args], { cwd: root, stdio: ["ignore", "ignore", "pipe"], encoding: "utf8" });
}

/** npm's error code and the line after it say what happened. */
function npmError(result) {
  if (result.error) return result.error.message;
  const lines = result.stderr.split("\n").filter((line) => /^npm (error|ERR!)/.test(line));
  const told = lines
    .map((line) => line.replace(/^npm (error|ERR!)\s*/, "").replace(/^code /, ""))
    .filter((line) => line !== "")
    .slice(0, 2);
  return told.length === 0 ? `exit code ${result.status}` : told.join(": ");
}

function run(command, args) {
  const child = spawn(command, args, { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"]) process.on(signal, () => child.kill(signal));
  // npm passes SIGTERM to a shell between us, which dies of it and tells nobody.
  const parent = process.ppid;
  const orphaned = () => process.ppid !== parent && child.kill("SIGTERM");
  if (process.env.npm_lifecycle_event !== undefined) setInterval(orphaned, 250).unref();
  child.on("error", (error) => fail(`Cannot start ${command}: ${error.message}`));
  child.on("exit", (code, signal) => process.exit(signal === null ? code : 128 + constants.signals[signal]));
}

function fail(message) {
  process.stderr.write(`headgate: ${message}\n`);
  process.exit(1);
}
