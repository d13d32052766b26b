import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Dialect } from "../client-config.ts";
import type { Endpoint, Program } from "./program.ts";

const guides = fileURLToPath(new URL("../../../docs/guides/", import.meta.url));

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
    writeFiles(home, call.files ?? {});
    const env = { PATH: process.env.PATH ?? "", HOME: home, ...loopbackOnly, ...program.quiet, ...call.env };
    const said = await spoken(call.file, call.args, { cwd: home, env }, call.input ?? "", timeoutMs);
    return program.shows === undefined ? said : `${said}\n${textOf(join(home, program.shows))}`;
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  }
}

/**
 * Does what a program's guide says, in a home of its own: writes the files that its blocks name in their first line and runs its
 * commands, all as they are printed but for the address. Returns what was said.
 */
export async function walkGuide(
  program: Program,
  { key, url }: Endpoint,
  folder: string,
  timeoutMs: number,
): Promise<string> {
  const home = mkdtempSync(join(tmpdir(), "headgate-guide-"));
  try {
    const page = readFileSync(join(guides, `${program.guide}.md`), "utf8").replaceAll("http://localhost:8080", url);
    const blocks = [...page.matchAll(/^```(\w+) by-hand\n(.*?)^```$/gms)];
    const files = blocks.flatMap(([, , text = ""]) => {
      const path = /^(?:#|\/\/) ~\/(\S+)$/m.exec(text.split("\n", 1)[0] ?? "")?.[1];
      return path === undefined ? [] : [[path, text]];
    });
    writeFiles(home, Object.fromEntries(files));
    const commands = blocks.flatMap(([, kind, text = ""]) => (kind === "sh" ? [text] : [])).join("");
    const { args, file } = program.call({ url, key, model: "" }, program.dialects[0] ?? "openai-chat", folder);
    const places = [file, args[0] ?? ""].filter((path) => path.startsWith("/")).map(dirname);
    const PATH = [...places, process.env.PATH].join(":");
    const env = { PATH, HOME: home, HEADGATE_KEY: key, ...loopbackOnly, ...program.quiet };
    return await spoken("bash", ["-exc", commands], { cwd: home, env }, "", timeoutMs);
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  }
}

function writeFiles(home: string, files: { readonly [path: string]: string }): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text);
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
