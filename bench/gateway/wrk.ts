import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnChild } from "../../test/harness/child.ts";

export type Load = {
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
  readonly connections: number;
  readonly seconds: number;
  /** How long a connection waits between requests, on average; absent: not at all. */
  readonly pauseMs?: number;
};

export type LoadResult = {
  readonly requests: number;
  readonly perSecond: number;
  readonly errors: number;
  readonly p50Us: number;
  readonly p99Us: number;
};

/** Runs wrk with one thread: POSTs the body over and over on so many connections. Any non-2xx answer is an error. */
export async function runWrk(load: Load): Promise<LoadResult> {
  const directory = mkdtempSync(join(tmpdir(), "headgate-wrk-"));
  const script = join(directory, "load.lua");
  const headers = Object.entries(load.headers).map(
    ([name, value]) => `wrk.headers[${JSON.stringify(name)}] = ${JSON.stringify(value)}`,
  );
  writeFileSync(
    script,
    `wrk.method = "POST"\nwrk.body = [==[${load.body}]==]\n${headers.join("\n")}
${load.pauseMs === undefined ? "" : `delay = function() return math.random(0, ${2 * load.pauseMs}) end`}
done = function(summary, latency, requests)
  local e = summary.errors
  print(string.format("RESULT %d %d %d %d %d", summary.requests, summary.duration, e.connect + e.read + e.write + e.status + e.timeout, latency:percentile(50), latency:percentile(99)))
end\n`,
  );
  const args = ["-t1", `-c${load.connections}`, `-d${load.seconds}s`, "--timeout", "30s", "-s", script, load.url];
  const child = spawnChild(["wrk", ...args], { name: "wrk" });
  await child.exited;
  rmSync(directory, { recursive: true, force: true });
  const numbers = /RESULT (\d+) (\d+) (\d+) (\d+) (\d+)/.exec(child.stdout().join("\n"));
  if (numbers === null)
    throw new Error(`Cannot read what wrk printed:\n${child.stdout().join("\n")}\n${child.stderr().join("\n")}`);
  const [requests = 0, durationUs = 1, errors = 0, p50Us = 0, p99Us = 0] = numbers.slice(1).map(Number);
  return { requests, perSecond: Math.round((requests * 1e6) / durationUs), errors, p50Us, p99Us };
}
