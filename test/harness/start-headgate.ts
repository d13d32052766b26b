import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { createAnswerCheck } from "./answer-check.ts";
import { bunBinary } from "./bun-binary.ts";
import { spawnChild } from "./child.ts";
import { freePort } from "./free-port.ts";
import { waitUntil } from "./wait-until.ts";

export type HeadgateOptions = {
  /** The configuration file as an object. A virtual key named `test` is added unless it declares some. */
  readonly config?: { readonly [key: string]: unknown };
  readonly workers?: number;
  /** Added to an environment that holds no provider's key. */
  readonly env?: { readonly [name: string]: string };
  /** Kept on stop; otherwise a new one is made and removed. */
  readonly dataDir?: string;
  readonly port?: number;
  readonly flags?: readonly string[];
  /** How many files and sockets each of its processes may open. */
  readonly openFiles?: number;
  /** Starts without a configuration file and without an admin token, as a newcomer would. */
  readonly firstStart?: boolean;
  /** How long the start may take; 20 s by default. */
  readonly readyWithinMs?: number;
  /** A script that stands in for `src/main.ts`, run without the launcher. */
  readonly program?: string;
};

export type Headgate = {
  readonly url: string;
  readonly port: number;
  readonly adminToken: string;
  /** A virtual key without limits. */
  readonly key: string;
  readonly dataDir: string;
  readonly configFile: string;
  /** Log lines so far, parsed; a line that is no JSON has only `text`. */
  logs(): readonly LogLine[];
  /** Everything printed so far, as text. */
  output(): string;
  stop(): Promise<number | string>;
  /** Waits for it to end by itself. */
  readonly exited: Promise<number | string>;
  /** SIGKILL unless another signal is named. Resolves with the pid that was hit. */
  kill(role: Role, index?: number, signal?: NodeJS.Signals): Promise<number>;
  pids(): readonly RunningProcess[];
  /** Writes a new configuration file and sends SIGHUP. */
  reload(config: { readonly [key: string]: unknown }): void;
  /** A request with the virtual key (as a bearer) and JSON both ways. */
  post(
    path: string,
    body: unknown,
    headers?: { readonly [name: string]: string },
    signal?: AbortSignal,
  ): Promise<Response>;
  /** A request to the admin API. */
  admin(method: string, path: string, body?: unknown): Promise<Response>;
};

export type Role = "supervisor" | "control" | "worker";
export type RunningProcess = { readonly role: Role; readonly index: number; readonly pid: number };
export type LogLine = { readonly text: string; readonly [field: string]: unknown };

const adminToken = "test-admin-token-0123456789abcdef0123456789abcdef";
/** The virtual key named `test`, for a configuration that declares its keys itself. */
export const testKey = "hg-yF1d768GdeSc58t2JjNEXD2NT8ELyQvm6wvwX7rCobe0QIDKh";

/** Starts the real `bin/headgate` and waits until it is ready. Throws with its log when it does not become so. */
export async function startHeadgate(options: HeadgateOptions = {}): Promise<Headgate> {
  const scratch = mkdtempSync(join(tmpdir(), "headgate-test-"));
  chmodSync(scratch, 0o700);
  const port = options.port ?? (await freePort());
  const dataDir = options.dataDir ?? join(scratch, "data");
  const configFile = join(scratch, "headgate.yaml");
  const url = `http://127.0.0.1:${port}`;
  const args = [
    "--port",
    String(port),
    "--data-dir",
    dataDir,
    "--workers",
    String(options.workers ?? 1),
    "--log-level",
    "debug",
    ...(options.flags ?? []),
  ];
  if (!options.firstStart) {
    writeConfig(configFile, options.config ?? {});
    args.push("--config", configFile);
  }
  const launcher = fileURLToPath(new URL("../../bin/headgate", import.meta.url));
  const env = {
    PATH: process.env.PATH ?? "",
    HOME: scratch,
    ...(options.firstStart ? {} : { HEADGATE_ADMIN_TOKEN: adminToken }),
    ...options.env,
  };
  const command = options.program === undefined ? [launcher] : [bunBinary(), options.program];
  const limited =
    options.openFiles === undefined ? [] : ["sh", "-c", 'ulimit -n "$0" && exec "$@"', String(options.openFiles)];
  const child = spawnChild([...limited, ...command, ...args], { name: "headgate", env, cwd: scratch });
  const output = () => [...child.stdout(), ...child.stderr()].join("\n");
  const cleanUp = () => rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });

  try {
    await waitUntil(
      "headgate to become ready",
      () => isReady(url, child.running, output),
      options.readyWithinMs ?? 20_000,
      25,
    );
  } catch (error) {
    await child.stop("SIGTERM", 2000);
    cleanUp();
    throw new Error(`${error instanceof Error ? error.message : error}\n--- its output:\n${output()}`);
  }
  const found = options.firstStart ? firstStartSecrets(dataDir) : { adminToken, key: testKey };
  const pids = () => processesOf(child.pid);
  const checkAnswer = createAnswerCheck(url);

  return {
    url,
    port,
    adminToken: found.adminToken,
    key: found.key,
    dataDir,
    configFile,
    output,
    exited: child.exited,
    pids,
    logs: () => child.stderr().map(parseLogLine),
    async stop() {
      await child.stop("SIGTERM", 60_000);
      endOrphans(dataDir);
      cleanUp();
      return child.exited;
    },
    async kill(role, index = 0, signal = "SIGKILL") {
      const target = await waitUntil(`${role} ${index} to run`, () =>
        pids().find((one) => one.role === role && one.index === index),
      );
      process.kill(target.pid, signal);
      return target.pid;
    },
    reload(config) {
      writeConfig(configFile, config);
      process.kill(child.pid, "SIGHUP");
    },
    post: (path, body, headers = {}, signal) =>
      fetch(url + path, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${found.key}`, ...headers },
        body: typeof body === "string" ? body : JSON.stringify(body),
        signal: signal ?? null,
      }),
    admin: async (method, path, body) => {
      const response = await fetch(url + path, {
        method,
        headers: {
          authorization: `Bearer ${found.adminToken}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        body: body === undefined ? null : JSON.stringify(body),
      });
      await checkAnswer(method, path, response);
      return response;
    },
  };
}

function writeConfig(file: string, config: { readonly [key: string]: unknown }): void {
  writeFileSync(
    file,
    stringify({ virtual_keys: [{ name: "test", value: testKey }], ...config }, { aliasDuplicateObjects: false }),
    { mode: 0o600 },
  );
}

async function isReady(url: string, running: () => boolean, output: () => string): Promise<boolean> {
  if (!running()) throw new Error(`headgate ended while starting\n${output()}`);
  // Workers of a killed supervisor may still answer on the same port.
  if (!output().includes(" listens on ")) return false;
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2000) });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}

/** The admin token and the first virtual key, out of the 0600 file that a start without a terminal writes. */
function firstStartSecrets(dataDir: string): { adminToken: string; key: string } {
  for (const entry of readdirSync(dataDir, { withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(dataDir, entry.name);
    if ((statSync(file).mode & 0o777) !== 0o600 || statSync(file).size > 65_536) continue;
    const text = readFileSync(file, "latin1");
    const adminToken = /hga-[0-9A-Za-z]{20,}/.exec(text)?.[0];
    const key = /hg-[0-9A-Za-z]{20,}/.exec(text)?.[0];
    if (adminToken && key) return { adminToken, key };
  }
  throw new Error(
    `No 0600 file in ${dataDir} holds an admin token and a virtual key: ${readdirSync(dataDir).join(", ")}`,
  );
}

function parseLogLine(text: string): LogLine {
  try {
    return { ...JSON.parse(text), text };
  } catch {
    return { text };
  }
}

/** The supervisor and its children, told apart by what the supervisor put into their environment. */
function processesOf(supervisor: number): readonly RunningProcess[] {
  const children = processIds().filter((pid) => parentOf(pid) === supervisor);
  return [
    { role: "supervisor", index: 0, pid: supervisor },
    ...children.flatMap((pid) => {
      const told = toldTo(pid);
      return told ? [{ role: told.role, index: told.index ?? 0, pid }] : [];
    }),
  ];
}

/** Ends what a killed supervisor may have left behind. */
function endOrphans(dataDir: string): void {
  for (const pid of processesOfDirectory(dataDir)) process.kill(pid, "SIGKILL");
}

/** Control planes and workers of any supervisor, also of one that was killed. */
export function processesOfDirectory(dataDir: string): readonly number[] {
  return processIds().filter((pid) => parentOf(pid) !== undefined && toldTo(pid)?.dataDir === dataDir);
}

function processIds(): readonly number[] {
  return readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return state === "Z" ? undefined : Number(parent);
  } catch {
    return undefined;
  }
}

type Told = { readonly role: "control" | "worker"; readonly index?: number; readonly dataDir: string };

/** What a child was told by its supervisor; undefined for any other process. */
function toldTo(pid: number): Told | undefined {
  try {
    const variables = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
    const variable = variables.find((entry) => entry.startsWith("HEADGATE_PROCESS="));
    return variable === undefined ? undefined : JSON.parse(variable.slice("HEADGATE_PROCESS=".length));
  } catch {
    return undefined;
  }
}
