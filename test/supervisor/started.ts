import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StartOptions } from "#config/start-options";
import { type LockFile, readLock } from "#supervisor/lock-file";

export type Who = { readonly pid: number; readonly generation: number; readonly index: number };

export type Started = {
  readonly dataDir: string;
  readonly pid: number;
  readonly url: string;
  /** Everything written to stdout and stderr so far. */
  readonly output: () => string;
  readonly exited: Promise<number>;
  readonly signal: (signal: NodeJS.Signals) => void;
  readonly lock: () => LockFile | undefined;
  readonly ask: (path?: string) => Promise<Who>;
  /** Resolves when a worker has a request that takes so long; `answer` is what it says then. */
  readonly begin: (ms: number) => Promise<{ readonly answer: Promise<Who> }>;
};

/** A data directory that is removed with `[Symbol.dispose]`. */
export function temporaryDirectory(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), "headgate-test-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

export function setBehaviour(dataDir: string, behaviour: object): void {
  writeFileSync(join(dataDir, "behaviour.json"), JSON.stringify(behaviour));
}

/** Starts a supervisor over stand-in children and waits until it listens or ends. Disposal kills it and its children. */
export async function startSupervised(
  dataDir: string,
  given: Partial<StartOptions> = {},
): Promise<Started & AsyncDisposable> {
  const options: StartOptions = {
    host: "127.0.0.1",
    port: 0,
    dataDir,
    workers: 1,
    logLevel: "info",
    drainTimeoutMs: 3000,
    takeoverTimeoutMs: 3000,
    hangTimeoutMs: 10_000,
    ...given,
  };
  const program = join(import.meta.dir, "run-supervisor.ts");
  const subprocess = Bun.spawn([process.execPath, program, JSON.stringify(options)], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, SECRET_KEY: "canary" },
  });
  let text = "";
  const listening = Promise.withResolvers<string>();
  const collect = async (stream: ReadableStream<Uint8Array>): Promise<void> => {
    for await (const bytes of stream) {
      text += Buffer.from(bytes).toString();
      const url = /listens on (\S+)\n/.exec(text)?.[1];
      if (url !== undefined) listening.resolve(url);
    }
  };
  const collected = Promise.all([collect(subprocess.stdout), collect(subprocess.stderr)]);
  const exited = subprocess.exited.then(async (code) => {
    listening.resolve("");
    return code;
  });
  const url = await listening.promise;
  if (url === "") await collected;
  const started: Started = {
    dataDir,
    pid: subprocess.pid,
    url,
    output: () => text,
    exited,
    signal: (signal) => subprocess.kill(signal),
    lock: () => readLock(dataDir),
    ask: async (path = "/") => JSON.parse(await (await fetch(`${url}${path}`, { keepalive: false })).text()),
    begin: async (ms) => {
      const response = await fetch(`${url}/slow?ms=${ms}`, { keepalive: false });
      return { answer: response.text().then((text) => JSON.parse(text)) };
    },
  };
  return {
    ...started,
    [Symbol.asyncDispose]: async () => {
      const children = readLock(dataDir)?.children ?? [];
      subprocess.kill("SIGKILL");
      for (const child of children) killQuietly(child.pid);
      await exited;
    },
  };
}

/** Waits, for at most two minutes, until the check holds. */
export async function until<T>(check: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  const deadline = performance.now() + 120_000;
  for (;;) {
    const value = await Promise.resolve(check()).catch(() => undefined);
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`Not within two minutes: ${check}`);
    await Bun.sleep(20);
  }
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}
