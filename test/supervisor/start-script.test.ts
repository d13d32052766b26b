import { expect, test } from "bun:test";
import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { waitUntil } from "../harness/wait-until.ts";
import { temporaryDirectory } from "./started";

const root = join(import.meta.dir, "..", "..");

type Entry = { readonly version: string; readonly dev?: true; readonly optional?: true };

/** A clone whose npm and launcher only say that they were called. */
function makeClone(directory: string, wanted: Record<string, Entry>, installed?: Record<string, Entry>): void {
  const write = (path: string, text: string, mode?: number): void => {
    mkdirSync(join(directory, path, ".."), { recursive: true });
    writeFileSync(join(directory, path), text, { mode });
  };
  for (const script of ["start.mjs", "build-dashboard.mjs", "bun.mjs", "install.mjs"]) {
    cpSync(join(root, "scripts", script), join(directory, "scripts", script));
  }
  write("bin/headgate", '#!/bin/sh\necho "headgate $*"\nexit 7\n', 0o755);
  write("package-lock.json", JSON.stringify({ packages: { "": { version: "1.0.0" }, ...wanted } }));
  if (installed === undefined) return;
  write("node_modules/.package-lock.json", JSON.stringify({ packages: installed }));
  for (const path of Object.keys(installed)) write(`${path}/package.json`, "{}");
}

function start(directory: string, npm: string) {
  const script = join(directory, "npm-cli.js");
  writeFileSync(script, npm);
  const result = Bun.spawnSync(["node", join(directory, "scripts", "start.mjs"), "--port", "1"], {
    env: { PATH: process.env.PATH, npm_execpath: script },
  });
  return { code: result.exitCode, out: result.stdout.toString(), error: result.stderr.toString() };
}

const noting = 'require("fs").writeFileSync(__dirname + "/npm-was-run", process.argv.slice(2).join(" "));';
const a: Record<string, Entry> = { "node_modules/a": { version: "1.0.0" } };
const dev: Record<string, Entry> = { "node_modules/d": { version: "1.0.0", dev: true } };
const optional: Record<string, Entry> = { "node_modules/o": { version: "1.0.0", optional: true } };

test("npm start runs the launcher with its flags and exit code when all is installed", () => {
  using clone = temporaryDirectory();
  makeClone(clone.path, { ...a, ...dev, ...optional }, a);
  const result = start(clone.path, noting);
  expect(result).toEqual({ code: 7, out: "headgate --port 1\n", error: "" });
  expect(existsSync(join(clone.path, "npm-was-run"))).toBe(false);
});

test.each([
  ["nothing is there", undefined, "ci --omit=dev --prefer-offline"],
  ["a version is old", { "node_modules/a": { version: "0.9.0" } }, "ci --omit=dev --prefer-offline"],
  ["something is missing beside development packages", dev, "ci --prefer-offline"],
])("npm start installs when %s", async (_name, installed, expected) => {
  using clone = temporaryDirectory();
  makeClone(clone.path, { ...a, ...dev }, installed);
  expect(start(clone.path, noting).code).toBe(7);
  expect(await Bun.file(join(clone.path, "npm-was-run")).text()).toStartWith(expected);
});

test("npm start says in one line what is needed when there is no network", () => {
  using clone = temporaryDirectory();
  makeClone(clone.path, a);
  const failing = 'console.error("npm error code EAI_AGAIN\\nnpm error request failed"); process.exit(1);';
  const result = start(clone.path, failing);
  expect(result.code).toBe(1);
  expect(result.out).toBe("");
  expect(result.error).toBe(
    "Installing dependencies …\nheadgate: Cannot install the dependencies: npm ci failed (EAI_AGAIN: request failed); " +
      "they are needed once: run `npm ci --omit=dev` where an npm registry can be reached, then start again\n",
  );
});

test("npm start ends the gateway when npm's shell dies of a signal that it passed to nobody", async () => {
  using clone = temporaryDirectory();
  makeClone(clone.path, a, a);
  writeFileSync(
    join(clone.path, "bin/headgate"),
    `#!/bin/sh\ntrap 'echo ended > "${clone.path}/ended"; exit 0' TERM\necho started > "${clone.path}/started"\nwhile :; do sleep 0.1; done\n`,
  );
  const shell = Bun.spawn(["sh", "-c", `node "${clone.path}/scripts/start.mjs"; exit 1`], {
    env: { PATH: process.env.PATH, npm_lifecycle_event: "start" },
    stdout: "ignore",
  });
  await waitUntil("the launcher to run", () => existsSync(join(clone.path, "started")));
  shell.kill("SIGKILL");
  await waitUntil("the launcher to be told", () => existsSync(join(clone.path, "ended")));
});
