// Installs locked packages with npm, for `npm start` and for building the dashboard. Plain Node >= 20.
import { spawnSync } from "node:child_process";

/** One retry soon: so that npm says within seconds that there is no network. */
const retries = ["--fetch-retries=1", "--fetch-retry-mintimeout=100", "--fetch-retry-maxtimeout=300"];
const quickly = ["--prefer-offline", "--no-audit", "--no-fund", ...retries];
/** Whatever npm was told to say when it started this, its errors are needed. */
const audibly = "--loglevel=error";

/** `npm ci` in a folder. Returns npm's error code and the line after it, which say what happened; undefined when it worked. */
export function installLocked(folder, options = []) {
  const result = npm(folder, ["ci", ...options, ...quickly, audibly]);
  return result.status === 0 ? undefined : npmError(result);
}

function npm(folder, args) {
  // Inside `npm start` this is npm's own script; run with this Node it needs no search on PATH.
  const script = process.env.npm_execpath;
  const [command, ...first] = script?.endsWith(".js") ? [process.execPath, script] : ["npm"];
  return spawnSync(command, [...first, ...args], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
  });
}

function npmError(result) {
  if (result.error) return result.error.message;
  const lines = result.stderr.split("\n").filter((line) => /^npm (error|ERR!)/.test(line));
  const told = lines
    .map((line) => line.replace(/^npm (error|ERR!)\s*/, "").replace(/^code /, ""))
    .filter((line) => line !== "")
    .slice(0, 2);
  return told.length === 0 ? `exit code ${result.status}` : told.join(": ");
}
