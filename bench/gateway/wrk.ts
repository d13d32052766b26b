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
  /** Texts that stand in every right answer. */
  readonly contains?: readonly string[];
  /** Values of the header `authorization`, in turns, instead of the one in `headers`. */
  readonly authorizations?: readonly string[];
};

export type LoadResult = {
  readonly requests: number;
  readonly perSecond: number;
  /** Failed, any status but 2xx, or without what the answer should hold. */
  readonly errors: number;
  readonly p50Us: number;
  readonly p99Us: number;
};

/** Runs wrk with one thread: POSTs the body over and over on so many connections. */
export async function runWrk(load: Load): Promise<LoadResult> {
  const directory = mkdtempSync(join(tmpdir(), "headgate-wrk-"));
  const script = join(directory, "load.lua");
  writeFileSync(script, scriptFor(load));
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

function scriptFor(load: Load): string {
  const headers = Object.entries(load.headers).map(([name, value]) => `wrk.headers[ ${lua(name)} ] = ${lua(value)}`);
  return `wrk.method = "POST"
wrk.body = ${lua(load.body)}
${headers.join("\n")}
${load.pauseMs === undefined ? "" : `delay = function() return math.random(0, ${2 * load.pauseMs}) end`}
${load.authorizations === undefined ? "" : takeTurns(load.authorizations)}
${load.contains === undefined ? "" : checkAnswers(load.contains)}
function done(summary, latency, requests)
  local e = summary.errors
  local wrong = 0
  for _, thread in ipairs(threads) do wrong = wrong + (thread:get("wrong") or 0) end
  print(string.format("RESULT %d %d %d %d %d", summary.requests, summary.duration, wrong + e.connect + e.read + e.write + e.status + e.timeout, latency:percentile(50), latency:percentile(99)))
end
threads = {}
function setup(thread) table.insert(threads, thread) end
`;
}

function takeTurns(authorizations: readonly string[]): string {
  return `local turns, turn = {}, 0
function init()
  for _, authorization in ipairs({${authorizations.map(lua).join(", ")}}) do
    wrk.headers["authorization"] = authorization
    table.insert(turns, wrk.format())
  end
end
function request()
  turn = turn % #turns + 1
  return turns[turn]
end`;
}

/** A status other than 2xx is counted by wrk itself. */
function checkAnswers(contains: readonly string[]): string {
  const misses = contains.map((text) => `not string.find(body, ${lua(text)}, 1, true)`);
  return `wrong = 0
function response(status, headers, body)
  if status == 200 and (${misses.join(" or ")}) then wrong = wrong + 1 end
end`;
}

/** A string as Lua reads it. Its other escapes are JSON's, and nothing here needs those that are not. */
function lua(text: string): string {
  return `[==[${text}]==]`;
}
