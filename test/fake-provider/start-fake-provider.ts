import { fileURLToPath } from "node:url";
import { bunBinary } from "../harness/bun-binary.ts";
import { spawnChild } from "../harness/child.ts";
import type { LogEntry, Rule } from "./script.ts";

export type FakeProvider = {
  /** Without a path: OpenAI's dialect is at `${url}/v1`, Anthropic's at `url`. */
  readonly url: string;
  readonly port: number;
  /** A key it takes; see `fakeKeys`. */
  readonly key: string;
  readonly pid: number;
  script(...rules: readonly Rule[]): Promise<void>;
  /** Every request it saw, or those after the entry with that id. */
  log(afterId?: number): Promise<readonly LogEntry[]>;
  /** Forgets script and log. */
  reset(): Promise<void>;
  stop(): Promise<void>;
};

/** Starts the fake provider in a process of its own, so that a test's own work never delays its answers. */
export async function startFakeProvider(port = 0): Promise<FakeProvider> {
  const main = fileURLToPath(new URL("./main.ts", import.meta.url));
  const child = spawnChild([bunBinary(), main, String(port)], { name: "fake provider" });
  const line = await child.firstLine(10_000);
  const listening: { port: number } = JSON.parse(line);
  const url = `http://127.0.0.1:${listening.port}`;
  const call = async (path: string, body?: unknown): Promise<Response> => {
    const response = await fetch(url + path, body === undefined ? {} : { method: "POST", body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`Cannot reach the fake provider at ${path}: ${response.status}`);
    return response;
  };
  return {
    url,
    port: listening.port,
    key: "sk-fake-one",
    pid: child.pid,
    script: async (...rules) => {
      await (await call("/__script", rules)).arrayBuffer();
    },
    log: async (afterId = 0) => parseLog(await (await call(`/__log?after=${afterId}`)).text()),
    reset: async () => {
      await (await call("/__reset", {})).arrayBuffer();
    },
    stop: () => child.stop("SIGTERM", 2000),
  };
}

function parseLog(text: string): readonly LogEntry[] {
  return JSON.parse(text);
}
