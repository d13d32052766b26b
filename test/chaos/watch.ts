import { readFileSync } from "node:fs";
import { limitedKeys } from "../crash/limited-keys.ts";
import type { World } from "./world.ts";

/** Looks all the while whether what is said to be ready is, and how large processes become. */
export type Watch = { readonly stop: () => Promise<WatchResult> };
export type WatchResult = { readonly problems: readonly string[]; readonly mostMegabytes: number };

const everyMs = 500;
/** What is told may be a moment late. */
const patience = 8;
const mostMegabytes = 700;

type Sample = "right" | "ready, but nothing is served" | "served, but not ready" | "nobody answers";

export function startWatch(world: World): Watch {
  const problems = new Set<string>();
  let most = 0;
  let stopped = false;
  let last: Sample = "right";
  let times = 0;
  const look = async (): Promise<void> => {
    const sample = await takeSample(world);
    times = sample === last ? times + 1 : 1;
    last = sample;
    if (times >= patience && sample !== "right" && sample !== "nobody answers") problems.add(`for 4 s: ${sample}`);
    for (const { pid, role } of world.gateway().pids()) {
      const megabytes = residentMegabytes(pid);
      most = Math.max(most, megabytes);
      if (megabytes > mostMegabytes) problems.add(`${role} took ${megabytes} MB`);
    }
  };
  const run = async (): Promise<void> => {
    while (!stopped) {
      await look();
      await Bun.sleep(everyMs);
    }
  };
  const running = run();
  return {
    stop: async () => {
      stopped = true;
      await running;
      return { problems: [...problems], mostMegabytes: most };
    },
  };
}

/** Both questions may meet different workers, and things change between them: so one that is odd says nothing yet. */
async function takeSample(world: World): Promise<Sample> {
  const { url } = world.gateway();
  const ready = await ask(`${url}/readyz`);
  const served = await ask(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${limitedKeys.plain}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "demo/echo", messages: [{ role: "user", content: "are you there" }] }),
  });
  if (ready === undefined || served === undefined) return "nobody answers";
  if (ready.status === 200 && served.status === 503) return "ready, but nothing is served";
  if (ready.status !== 200 && served.status === 200 && !ready.text.includes("the ledger"))
    return "served, but not ready";
  return "right";
}

async function ask(url: string, init: RequestInit = {}): Promise<{ status: number; text: string } | undefined> {
  try {
    const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(2000), keepalive: false });
    return { status: answer.status, text: await answer.text() };
  } catch {
    return undefined;
  }
}

function residentMegabytes(pid: number): number {
  try {
    return Math.round(Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024);
  } catch {
    return 0;
  }
}
