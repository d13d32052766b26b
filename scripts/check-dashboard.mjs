// Holds the dashboard's sources to the API's OpenAPI document and the compiler, and finds what nothing uses. Installs what the
// page is built with, where it is missing. Plain Node >= 20.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { installBuildTools } from "./build-dashboard.mjs";
import { bun, root } from "./bun.mjs";

const modules = join(root, "node_modules", ".bin");

installBuildTools();
const { stdout: document } = run(bun(), ["scripts/openapi.ts"], { stdio: ["ignore", "pipe", "inherit"] });
run(bun(), ["dashboard/api-types.ts"], { input: document, stdio: ["pipe", "inherit", "inherit"] });
run(join(modules, "tsc"), ["-p", "dashboard"]);
run(join(modules, "knip"), ["--directory", "dashboard"]);

function run(command, args, options = { stdio: "inherit" }) {
  const result = spawnSync(command, args, { cwd: root, maxBuffer: 64 * 1024 * 1024, ...options });
  if (result.status !== 0) process.exit(result.status ?? 1);
  return result;
}
