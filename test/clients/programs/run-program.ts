import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Dialect } from "../client-config.ts";
import type { Endpoint, Program } from "./program.ts";

/** Any host but this one is a port where nobody listens. */
const loopbackOnly = {
  HTTP_PROXY: "http://127.0.0.1:9",
  HTTPS_PROXY: "http://127.0.0.1:9",
  ALL_PROXY: "http://127.0.0.1:9",
  NO_PROXY: "127.0.0.1,localhost",
  no_proxy: "127.0.0.1,localhost",
  DO_NOT_TRACK: "1",
  LANG: "C.UTF-8",
};

/** Runs a program once, in a home of its own that is deleted after. Returns what it said, and what it shows for it. */
export async function runProgram(
  program: Program,
  endpoint: Endpoint,
  dialect: Dialect,
  folder: string,
  timeoutMs: number,
): Promise<string> {
  const home = mkdtempSync(join(tmpdir(), "headgate-program-"));
  try {
    const call = program.call(endpoint, dialect, folder);
    for (const [path, text] of Object.entries(call.files ?? {})) {
      mkdirSync(dirname(join(home, path)), { recursive: true });
      writeFileSync(join(home, path), text);
    }
    const env = { PATH: process.env.PATH ?? "", HOME: home, ...loopbackOnly, ...call.env };
    const said = await spoken(call.file, call.args, { cwd: home, env }, call.input ?? "", timeoutMs);
    return program.shows === undefined ? said : `${said}\n${textOf(join(home, program.shows))}`;
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  }
}

function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

function spoken(
  file: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
  input: string,
  timeoutMs: number,
): Promise<string> {
  return new Promise((resolve, reject) => {
    // A group of its own, so that what it started ends with it.
    const child = spawn(file, args, { ...options, stdio: "pipe", detached: true });
    let said = "";
    const collect = (text: string) => {
      said += text;
    };
    child.stdout.setEncoding("utf8").on("data", collect);
    child.stderr.setEncoding("utf8").on("data", collect);
    const end = () => {
      if (child.pid !== undefined) killGroup(child.pid);
    };
    const timer = setTimeout(() => {
      said += `\nIt was stopped after ${timeoutMs / 1000} s`;
      end();
    }, timeoutMs);
    process.once("exit", end);
    child.on("error", reject);
    child.on("close", () => {
      clearTimeout(timer);
      process.removeListener("exit", end);
      end();
      resolve(said);
    });
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Nothing of it is left.
  }
}
