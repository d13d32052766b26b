/**
 * Speaks the supervisor's language in place of gateway and control plane, as small as can be. A worker answers with who
 * it is on `/`, sends headers at once and its body later on `/slow?ms=`, and takes a hold in the ledger that it never settles on `/hold`.
 * What goes wrong is told by a file `behaviour.json` in the data directory.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readControlOptions, readWorkerOptions } from "#config/process-options";
import { openLedger } from "#ledger/open-ledger";
import { runChild } from "#supervisor/run-child";
import { createLog } from "#telemetry/log";

type Behaviour = {
  readonly controlFatal?: string;
  readonly workerFatal?: string;
  /** The next process of each of these roles stops, as one that hangs, before it is ready; the one after it does not. */
  readonly hangOnce?: readonly string[];
  /** How long workers take to become ready. */
  readonly workerStartMs?: number;
  readonly reloadError?: string;
  readonly firstStart?: readonly string[];
  /** Said by the control process before it is ready, as it is: what programs of other versions say. */
  readonly says?: readonly object[];
};

const role = process.argv[2];
await (role === "__worker" ? worker() : control());

function behaviourIn(dataDir: string): Behaviour {
  const file = join(dataDir, "behaviour.json");
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
}

function hangIfTold(dataDir: string, role: "control" | "worker"): void {
  const { hangOnce = [], ...rest } = behaviourIn(dataDir);
  if (!hangOnce.includes(role)) return;
  const others = hangOnce.filter((other) => other !== role);
  writeFileSync(join(dataDir, "behaviour.json"), JSON.stringify({ ...rest, hangOnce: others }));
  process.kill(process.pid, "SIGSTOP");
}

function control(): Promise<never> {
  const options = readControlOptions();
  return runChild({
    log: createLog({ level: "error", process: "control" }),
    version: "0.0.0",
    drainTimeoutMs: options.drainTimeoutMs,
    beatMs: options.beatMs,
    start: async (send) => {
      const behaviour = behaviourIn(options.dataDir);
      hangIfTold(options.dataDir, "control");
      if (behaviour.controlFatal !== undefined) throw new Error(behaviour.controlFatal);
      for (const message of behaviour.says ?? []) process.send?.(message);
      if (behaviour.firstStart !== undefined) send({ type: "first-start", lines: behaviour.firstStart });
      rmSync(options.sockets.control, { force: true });
      const server = Bun.serve({ unix: options.sockets.control, fetch: () => Response.json({ pid: process.pid }) });
      return {
        finish: () => server.stop(true),
        reload: async () => {
          const error = behaviourIn(options.dataDir).reloadError;
          return error === undefined ? { ok: true } : { ok: false, error };
        },
      };
    },
  });
}

function worker(): Promise<never> {
  const options = readWorkerOptions();
  return runChild({
    log: createLog({ level: "error", process: `worker-${options.index}` }),
    version: "0.0.0",
    drainTimeoutMs: options.drainTimeoutMs,
    beatMs: options.beatMs,
    start: async () => {
      const behaviour = behaviourIn(options.dataDir);
      hangIfTold(options.dataDir, "worker");
      if (behaviour.workerFatal !== undefined) throw new Error(behaviour.workerFatal);
      await Bun.sleep(behaviour.workerStartMs ?? 0);
      const ledger = openLedger(options.ledgerFile, { worker: options.index, generation: options.generation });
      const { generation, index } = options;
      const server = Bun.serve({
        hostname: options.host,
        port: options.port,
        reusePort: true,
        idleTimeout: 0,
        fetch: async (request) => {
          const url = new URL(request.url);
          const headers = { connection: "close" };
          if (url.pathname === "/environment") return Response.json(Object.keys(process.env).sort(), { headers });
          const who = { pid: process.pid, generation, index };
          if (url.pathname === "/slow")
            return new Response(later(who, Number(url.searchParams.get("ms"))), { headers });
          if (url.pathname === "/hold") {
            const reservation = ledger.reserve(url.searchParams.get("id") ?? "", []);
            if (reservation.ok) ledger.progress(reservation.hold, "sent", 7);
          }
          return Response.json(who, { headers });
        },
      });
      return {
        finish: async ({ timeoutMs }) => {
          await Promise.race([server.stop(), Bun.sleep(timeoutMs)]);
          ledger.close();
        },
      };
    },
  });
}

async function* later(value: object, ms: number): AsyncGenerator<string> {
  yield " ";
  await Bun.sleep(ms);
  yield JSON.stringify(value);
}
