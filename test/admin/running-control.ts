import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { channelProtocol, type Release } from "#channel/release";
import { connectSnapshot } from "#channel/snapshot-client";
import type { Environment } from "#config/environment";
import type { ProcessOptions } from "#config/process-options";
import type { Snapshot } from "#core/snapshot";
import { prepareLedger } from "#ledger/prepare-ledger";
import type { Log } from "#telemetry/log";
import { type Control, startControl } from "../../src/control";

export type RunningControl = AsyncDisposable & {
  readonly dataDir: string;
  readonly control: Control;
  /** What a connected worker has. */
  readonly snapshot: () => Snapshot;
  /** Asks over the control socket. */
  readonly ask: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Asked>;
};

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers as they like
export type Asked = { readonly status: number; readonly body: any; readonly headers: Headers };

export const adminToken = "hga-an-admin-token-of-tests";

/** As a worker passes a request on that came from an address. */
export function from(address: string, token?: string): Record<string, string> {
  return {
    "x-headgate-forwarded": "1",
    "x-headgate-peer": address,
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
}

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export const currentRelease: Release = { version: "test", protocol: channelProtocol };

/** Starts a control plane in this process, with one connection of a worker. @param given A data directory that is kept. */
export async function runControl(
  settings: {
    readonly given?: string;
    readonly config?: string;
    readonly environment?: Environment;
    /** Of the control plane and of the worker. */
    readonly release?: Release;
  } = {},
): Promise<RunningControl> {
  const { release = currentRelease } = settings;
  const dataDir = settings.given ?? mkdtempSync(join(tmpdir(), "hg-admin-"));
  const options = makeOptions(dataDir);
  const configFile = join(dataDir, "headgate.yaml");
  if (settings.config !== undefined) writeFileSync(configFile, settings.config);
  const environment = { HEADGATE_ADMIN_TOKEN: adminToken, ...settings.environment };
  const file = settings.config === undefined ? {} : { configFile };
  const control = await startControl({ ...options, ...file }, silent, {
    environment,
    release,
    checkResponses: true,
  });
  const first = Promise.withResolvers<Snapshot>();
  const client = connectSnapshot({
    socket: options.sockets.snapshot,
    worker: 0,
    generation: 1,
    release,
    onSnapshot: first.resolve,
    log: silent,
  });
  const initial = await first.promise;
  return {
    dataDir,
    control,
    snapshot: () => client.current() ?? initial,
    ask: async (method, path, body, headers = {}) => {
      const response = await fetch(`http://localhost${path}`, {
        unix: options.sockets.control,
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = (response.headers.get("content-type") ?? "").includes("json");
      return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers };
    },
    [Symbol.asyncDispose]: async () => {
      client.close();
      await control.close();
      if (settings.given === undefined) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function makeOptions(dataDir: string): ProcessOptions {
  mkdirSync(join(dataDir, "journal"), { recursive: true });
  const ledgerFile = join(dataDir, "ledger");
  prepareLedger(ledgerFile, { workers: 1, generation: 1 });
  return {
    role: "control",
    generation: 1,
    dataDir,
    host: "127.0.0.1",
    port: 8080,
    workers: 1,
    logLevel: "info",
    drainTimeoutMs: 1000,
    sockets: {
      control: join(dataDir, "c.sock"),
      snapshot: join(dataDir, "s.sock"),
      supervisor: join(dataDir, "v.sock"),
    },
    ledgerFile,
    journalDir: join(dataDir, "journal"),
  };
}
