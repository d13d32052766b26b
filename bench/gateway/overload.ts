/**
 * How late does a refusal come when a worker has no processor time to spare? 2,000 connections ask for three times what
 * it can answer, and a few others measure. `bun bench/gateway/overload.ts [max_running_requests]`
 */
import { startHeadgate } from "../../test/harness/start-headgate.ts";
import { startNginx } from "./nginx.ts";
import { runWrk } from "./wrk.ts";

const running = Number(process.argv[2] ?? 128);
const seconds = 6;
const connections = 2000;
const upstream = await startNginx({
  locations: `location / { default_type application/json; return 200 '${JSON.stringify({ choices: [], usage: { prompt_tokens: 1, completion_tokens: 1 } })}'; }`,
});
const headgate = await startHeadgate({
  config: {
    settings: { max_running_requests: running },
    providers: {
      local: { dialect: "openai-chat", base_url: `${upstream.url}/v1`, keys: [{ name: "k", value: "bench-secret" }] },
    },
  },
  workers: 1,
  flags: ["--log-level", "warn"],
});
const url = `${headgate.url}/v1/chat/completions`;
const body = JSON.stringify({ model: "local/bench", messages: [{ role: "user", content: "hello".repeat(160) }] });
const headers = { "content-type": "application/json", authorization: `Bearer ${headgate.key}` };

await runWrk({ url, headers, body, connections: 32, seconds: 5 });
const { perSecond } = await runWrk({ url, headers, body, connections: 32, seconds: 3 });
const pauseMs = Math.round((connections / (3 * perSecond)) * 1000);
const load = runWrk({ url, headers, body, connections, seconds, pauseMs });
await Bun.sleep(1500);
const answers = (
  await Promise.all(Array.from({ length: 4 }, () => probe(performance.now() + (seconds - 3) * 1000)))
).flat();
const { requests, errors } = await load;
await headgate.stop();
await upstream.stop();

print(`${perSecond} answers a second without overload`);
print(
  `${Math.round((requests - errors) / seconds)} answers and ${Math.round(errors / seconds)} refusals a second with it`,
);
for (const status of new Set(answers.map((answer) => answer.status))) {
  const times = answers.filter((answer) => answer.status === status).map(({ ms }) => ms);
  times.sort((a, b) => a - b);
  const at = (share: number) => (times[Math.floor(times.length * share)] ?? Number.NaN).toFixed(1);
  print(`status ${status}: ${times.length} of them, p50 ${at(0.5)} ms, p90 ${at(0.9)} ms, p99 ${at(0.99)} ms`);
}

async function probe(untilMs: number): Promise<readonly { readonly status: number; readonly ms: number }[]> {
  const answers: { status: number; ms: number }[] = [];
  while (performance.now() < untilMs) {
    const startedMs = performance.now();
    const response = await fetch(url, { method: "POST", headers, body });
    await response.arrayBuffer();
    answers.push({ status: response.status, ms: performance.now() - startedMs });
    await Bun.sleep(20);
  }
  return answers;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
