// `npm run build:binary`: dist/headgate (or the file that is named), one executable that needs nothing beside it. Plain Node.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { buildDashboard } from "./build-dashboard.mjs";
import { bun, root } from "./bun.mjs";

const output = process.argv[2] ?? join(root, "dist", "headgate");

if (bun() === undefined) fail("Cannot find Bun in node_modules: run npm ci first");
buildDashboard();
mkdirSync(dirname(output), { recursive: true });
const scratch = mkdtempSync(join(tmpdir(), "headgate-build-"));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));
const result = spawnSync(
  bun(),
  [
    "build",
    "--compile",
    "--minify-whitespace",
    "--minify-syntax",
    "--sourcemap=none",
    // What lies where somebody starts it must not change what it does.
    "--no-compile-autoload-dotenv",
    "--no-compile-autoload-bunfig",
    // A thread is started by the name of its file beside the program.
    "--entry-naming=[name].[ext]",
    "--asset-naming=[name].[ext]",
    join(root, "src", "main.ts"),
    ...threads(),
    ...dashboard(),
    "--outfile",
    output,
  ],
  { cwd: root, stdio: ["ignore", "ignore", "inherit"] },
);
if (result.status !== 0) fail(`Cannot build ${output}: bun build failed`);
process.stdout.write(`${output}, ${Math.round(statSync(output).size / 1e6)} MB\n`);

/** Every `*-thread.ts` is a program of its own. */
function threads() {
  const source = join(root, "src");
  const files = readdirSync(source, { recursive: true });
  return files.filter((file) => file.endsWith("-thread.ts")).map((file) => join(source, file));
}

/** The built dashboard as one file, which `src/page/page-source.ts` reads. */
function dashboard() {
  const folder = join(root, "dashboard", "dist");
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !entry.name.startsWith("."),
  );
  const contents = files.map((entry) => {
    const file = join(entry.parentPath, entry.name);
    return [relative(folder, file).replaceAll("\\", "/"), readFileSync(file).toString("base64")];
  });
  const pack = join(scratch, "dashboard.pack");
  writeFileSync(pack, JSON.stringify(Object.fromEntries(contents)));
  return [pack];
}

function fail(message) {
  process.stderr.write(`headgate: ${message}\n`);
  process.exit(1);
}
