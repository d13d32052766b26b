import { expect, test } from "bun:test";
import { chmodSync, copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { temporaryDirectory } from "./started";

const root = join(import.meta.dir, "..", "..");

type Machine = { readonly system: string; readonly processor: string };
const linux: Machine = { system: "Linux", processor: "x86_64" };

/** A package whose "Bun" prints which one it is and what it was asked to run; `uname` says what the test wants. */
function makePackage(directory: string, bunFolders: readonly string[], machine: Machine = linux): string {
  const launcher = join(directory, "bin", "headgate");
  mkdirSync(dirname(launcher), { recursive: true });
  copyFileSync(join(root, "bin", "headgate"), launcher);
  for (const folder of bunFolders) {
    const bun = join(directory, folder, "bin", "bun");
    mkdirSync(dirname(bun), { recursive: true });
    writeFileSync(bun, `#!/bin/sh\necho "${folder}" "$@"\n`);
    chmodSync(bun, 0o644);
  }
  mkdirSync(join(directory, "fake"), { recursive: true });
  writeFileSync(
    join(directory, "fake", "uname"),
    `#!/bin/sh\n[ "$1" = -s ] && echo ${machine.system} || echo ${machine.processor}\n`,
    { mode: 0o755 },
  );
  return launcher;
}

function run(launcher: string, directory: string, args: readonly string[] = []) {
  const result = Bun.spawnSync([launcher, ...args], { env: { PATH: `${join(directory, "fake")}:/usr/bin:/bin` } });
  return { code: result.exitCode, out: result.stdout.toString().trim(), error: result.stderr.toString().trim() };
}

test("bin/headgate runs the Bun that lies nested, hoisted or below bun, though nobody made it executable", () => {
  for (const folder of ["node_modules/@oven/bun-linux-x64", "node_modules/bun/node_modules/@oven/bun-linux-x64"]) {
    using directory = temporaryDirectory();
    const launcher = makePackage(directory.path, [folder]);
    const { out } = run(launcher, directory.path, ["keys", "list", "a b"]);
    expect(out).toStartWith(`${folder} --config=/dev/null --no-env-file --no-install`);
    expect(out).toEndWith("/src/main.ts keys list a b");
  }
});

test("bin/headgate runs the Bun that its install script has moved, and not what lies there before", () => {
  using directory = temporaryDirectory();
  const launcher = makePackage(directory.path, []);
  const moved = join(directory.path, "node_modules", "bun", "bin", "bun.exe");
  mkdirSync(dirname(moved), { recursive: true });
  writeFileSync(moved, "#!/bin/sh\necho the install script was not run\n", { mode: 0o755 });
  expect(run(launcher, directory.path).error).toContain("Cannot find Bun for this platform");
  writeFileSync(moved, `#!/bin/sh\necho moved\nexit 0\n${"#".repeat(1_100_000)}`);
  expect(run(launcher, directory.path)).toEqual({ code: 0, out: "moved", error: "" });
});

test("bin/headgate finds a hoisted Bun through the link that npm makes", () => {
  using directory = temporaryDirectory();
  const modules = join(directory.path, "node_modules");
  const launcher = makePackage(join(modules, "headgate"), []);
  makePackage(directory.path, ["node_modules/@oven/bun-linux-x64"]);
  mkdirSync(join(modules, ".bin"));
  symlinkSync("../headgate/bin/headgate", join(modules, ".bin", "headgate"));
  rmSync(join(directory.path, "bin"), { recursive: true });
  expect(run(join(modules, ".bin", "headgate"), directory.path).out).toStartWith("node_modules/@oven/bun-linux-x64 ");
  expect(run(launcher, directory.path).code).toBe(0);
});

test("bin/headgate takes the build for the processor when several are there", () => {
  using directory = temporaryDirectory();
  const both = ["node_modules/@oven/bun-linux-x64", "node_modules/@oven/bun-linux-x64-baseline"];
  const hasAvx2 = Bun.spawnSync(["grep", "-qw", "avx2", "/proc/cpuinfo"]).success;
  const expected = hasAvx2 ? both[0] : both[1];
  expect(run(makePackage(directory.path, both), directory.path).out).toStartWith(`${expected} `);
});

test("bin/headgate says in one line what is missing when there is no Bun for the platform", () => {
  const cases: readonly (readonly [Machine, string])[] = [
    [linux, "neither node_modules/@oven/bun-linux-x64 nor"],
    [{ system: "Linux", processor: "riscv64" }, "Cannot run on a riscv64 processor"],
    [{ system: "MINGW64_NT", processor: "x86_64" }, "Cannot run on MINGW64_NT: Linux or macOS is needed"],
  ];
  for (const [machine, message] of cases) {
    using directory = temporaryDirectory();
    const { code, error } = run(makePackage(directory.path, [], machine), directory.path);
    expect(code).toBe(1);
    expect(error).toContain(message);
    expect(error.split("\n")).toHaveLength(1);
  }
});
