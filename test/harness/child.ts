import { type ChildProcess, spawn } from "node:child_process";

export type Child = {
  readonly pid: number;
  /** Lines of standard output and standard error so far. */
  stdout(): readonly string[];
  stderr(): readonly string[];
  firstLine(timeoutMs: number): Promise<string>;
  /** Resolves with the exit code, or the name of the signal that ended it. */
  readonly exited: Promise<number | string>;
  running(): boolean;
  /** Sends the signal, and SIGKILL if the child is still there after `timeoutMs`. Resolves when it has gone. */
  stop(signal: NodeJS.Signals, timeoutMs: number): Promise<void>;
};

/** Starts a process that ends with the test: its standard input closes when the test's process does. */
export function spawnChild(
  command: readonly string[],
  options: { name: string; env?: NodeJS.ProcessEnv; cwd?: string },
): Child {
  const [file = "", ...args] = command;
  const child = spawn(file, args, {
    env: options.env ?? process.env,
    cwd: options.cwd,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error(`Cannot start ${options.name}: ${file}`);
  child.on("error", () => undefined);
  const stdout = collectLines(child.stdout);
  const stderr = collectLines(child.stderr);
  const exited = new Promise<number | string>((resolve) =>
    child.once("exit", (code, signal) => resolve(code ?? signal ?? "unknown")),
  );
  const lastResort = () => child.kill("SIGKILL");
  process.once("exit", lastResort);
  exited.then(() => process.removeListener("exit", lastResort));
  const running = () => child.exitCode === null && child.signalCode === null;
  return {
    pid,
    stdout: () => stdout.lines,
    stderr: () => stderr.lines,
    exited,
    running,
    async firstLine(timeoutMs) {
      const line = await Promise.race([stdout.first, exited.then(() => undefined), delay(timeoutMs)]);
      if (line === undefined)
        throw new Error(`Cannot start ${options.name}: it printed nothing; its log: ${stderr.lines.join("\n")}`);
      return line;
    },
    async stop(signal, timeoutMs) {
      if (!running()) return;
      child.kill(signal);
      if ((await Promise.race([exited, delay(timeoutMs)])) !== undefined) return;
      child.kill("SIGKILL");
      await exited;
    },
  };
}

function collectLines(stream: ChildProcess["stdout"]): { readonly lines: string[]; readonly first: Promise<string> } {
  const lines: string[] = [];
  let rest = "";
  const first = new Promise<string>((resolve) => {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      const parts = (rest + text).split("\n");
      rest = parts.pop() ?? "";
      lines.push(...parts);
      if (lines[0] !== undefined) resolve(lines[0]);
    });
  });
  return { lines, first };
}

/** Resolves with undefined after so long, without keeping the process alive. */
function delay(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, ms, undefined).unref());
}
