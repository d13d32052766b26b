import { join } from "node:path";
import { createAnswerCheck } from "../harness/answer-check.ts";
import { temporaryDirectory } from "../supervisor/started";

export const launcher = join(import.meta.dir, "..", "..", "bin", "headgate");

export type Running = AsyncDisposable & {
  readonly url: string;
  readonly dataDir: string;
  readonly process: Bun.Subprocess<"ignore", "pipe", "pipe">;
  /** Runs a command on this instance. */
  readonly command: (...args: readonly string[]) => {
    readonly code: number;
    readonly out: string;
    readonly error: string;
  };
  /** Asks the admin API with the admin token, unless other headers are given. */
  readonly api: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Response>;
};

const adminToken = "test-admin-token";

/** Starts the gateway as an operator does. It is killed, and a data directory of its own removed, on disposal. */
export async function startGateway(
  flags: readonly string[] = [],
  environment: Record<string, string> = {},
  given?: string,
): Promise<Running> {
  const own = temporaryDirectory();
  const dataDir = given ?? join(own.path, "data");
  const args = ["--port", "0", "--workers", "1", "--data-dir", dataDir, ...flags];
  const gateway = Bun.spawn([launcher, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env.PATH, HOME: own.path, HEADGATE_ADMIN_TOKEN: adminToken, ...environment },
  });
  const { value } = await gateway.stdout.getReader().read();
  const url = /listens on (\S+)/.exec(Buffer.from(value ?? []).toString())?.[1];
  if (url === undefined) throw new Error(await new Response(gateway.stderr).text());
  const checkAnswer = createAnswerCheck(url);
  return {
    url,
    dataDir,
    process: gateway,
    command: (...args) => runLauncher([...args, "--data-dir", dataDir]),
    api: async (method, path, body, headers = { authorization: `Bearer ${adminToken}` }) => {
      const response = await fetch(`${url}${path}`, {
        method,
        headers,
        redirect: "manual",
        tls: { rejectUnauthorized: false },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      await checkAnswer(method, path, response);
      return response;
    },
    [Symbol.asyncDispose]: async () => {
      gateway.kill("SIGTERM");
      await gateway.exited;
      own[Symbol.dispose]();
    },
  };
}

/** Runs the launcher to its end, for at most 20 s. */
export function runLauncher(args: readonly string[]): ReturnType<Running["command"]> {
  const result = Bun.spawnSync([launcher, ...args], { timeout: 120_000 });
  return { code: result.exitCode, out: result.stdout.toString(), error: result.stderr.toString() };
}
