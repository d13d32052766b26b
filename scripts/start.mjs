// `npm start`: installs what is missing, runs bin/headgate, and builds the dashboard beside it where it is stale. Plain Node.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { join } from "node:path";
import { isDashboardStale } from "./build-dashboard.mjs";
import { root } from "./bun.mjs";
import { installLocked } from "./install.mjs";

installMissing();
run(join(root, "bin", "headgate"), process.argv.slice(2));
if (isDashboardStale()) buildDashboard();

function installMissing() {
  const wanted = lockedPackages("package-lock.json");
  const installed = lockedPackages("node_modules/.package-lock.json");
  if (wanted === undefined || isInstalled(wanted, installed ?? {})) return;
  // What was installed for development is installed again.
  const hasDevelopment = Object.values(installed ?? {}).some((entry) => entry.dev);
  process.stderr.write("Installing dependencies …\n");
  const error = installLocked(root, hasDevelopment ? [] : ["--omit=dev"]);
  if (error === undefined) return;
  fail(
    `Cannot install the dependencies: npm ci failed (${error}); ` +
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

/** Beside the gateway, which answers meanwhile and says of the page that it is being built; at a lower priority than it. */
function buildDashboard() {
  const started = Date.now();
  process.stderr.write("Building the dashboard …\n");
  const script = join(root, "scripts", "build-dashboard.mjs");
  const build = spawn(process.execPath, [script], { stdio: ["ignore", "ignore", "pipe"] });
  let told = "";
  build.stderr.setEncoding("utf8").on("data", (text) => {
    told += text;
  });
  try {
    setPriority(build.pid, 10);
  } catch {
    // It has ended, or the system has no priorities.
  }
  build.on("close", (code) => {
    // Ended by a signal: all is being stopped.
    if (code === null) return;
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    process.stderr.write(
      code === 0
        ? `The dashboard is built, in ${seconds} s\n`
        : `${told}The gateway runs without its dashboard; \`npm run build:dashboard\` tries again\n`,
    );
  });
  process.on("exit", () => build.kill());
}

function fail(message) {
  process.stderr.write(`headgate: ${message}\n`);
  process.exit(1);
}
