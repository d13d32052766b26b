import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { startHeadgate } from "../test/harness/start-headgate.ts";
import { startNginx } from "./gateway/nginx.ts";
import { spreadOf } from "./gateway/statistics.ts";
import { runWrk } from "./gateway/wrk.ts";
import { seedLogs } from "./seed-logs.ts";

/**
 * Does a heavy query slow requests down, and how soon does a record reach those who follow? Runs the gateway on a log of
 * some days, with and without statistics and lists asked for over and over, in turns. Of the worker it tells the processor
 * time of a request and how long its threads waited for a core meanwhile, which other work on the machine does not blur as
 * it does times; of the control process the threads of lowest priority, and its main thread, which has the priority of workers. A day is 333,333 records, one of which is ingested
 * and the others copied. `bun bench/log-traffic.ts [turns [days]]`
 */

const [turns = "4", days = "3"] = process.argv.slice(2);
const seconds = 5;
const answer = JSON.stringify({
  id: "chatcmpl-bench",
  object: "chat.completion",
  created: 1,
  model: "bench",
  choices: [{ index: 0, message: { role: "assistant", content: "Yes." }, finish_reason: "stop" }],
  usage: { prompt_tokens: 20, completion_tokens: 2, total_tokens: 22 },
});
const body = JSON.stringify({ model: "local/bench", messages: [{ role: "user", content: "Is it fast?" }] });
// Days that are over, and recent: of older ones there are neither cubes nor facts.
const dayMs = 86_400_000;
const toMs = Math.floor(Date.now() / dayMs) * dayMs;
const fromMs = toMs - Number(days) * dayMs;
const [from, to] = [fromMs, toMs].map((ms) => new Date(ms).toISOString());
const heavy = [
  `/api/stats?from=${from}&to=${to}&interval=hour&group_by=team,model`,
  `/api/logs?from=${from}&to=${to}&sdk=nowhere`,
  `/api/logs/facets?from=${from}&to=${to}`,
  `/api/stats?from=${from}&to=${to}&interval=hour&group_by=asked_model`,
  // Of the bodies that the load itself leaves behind.
  "/api/logs?text=that+nobody+said",
];

const dataDir = mkdtempSync(join(tmpdir(), "headgate-log-traffic-"));
await seedLogs(join(dataDir, "logs.sqlite"), { fromMs, days: Number(days), perDay: 333_333 });
const upstream = await startNginx({
  locations: `location / { default_type application/json; if ($request_method = POST) { return 200 '${answer}'; } return 200 '{}'; }`,
});
const headgate = await startHeadgate({
  dataDir,
  workers: 1,
  flags: ["--log-level", "warn"],
  config: {
    settings: { retention_days: 3650 },
    providers: {
      local: { dialect: "openai-chat", base_url: `${upstream.url}/v1`, keys: [{ name: "k", value: "bench-secret" }] },
    },
  },
});

try {
  await load(3);
  const ratios: number[] = [];
  for (let turn = 0; turn < Number(turns); turn++) {
    const alone = await accounted(() => load(seconds));
    show("alone", alone);
    const { result, asked } = await whileAsking(() => accounted(() => load(seconds)));
    show(`with ${asked} heavy queries`, result);
    ratios.push(result.cpuUs / alone.cpuUs);
  }
  print(
    `processor time of a request beside heavy queries: × ${ratios.map((ratio) => ratio.toFixed(2)).join(", ")}; median ${spreadOf(ratios).median.toFixed(2)} (aim: 1.10)`,
  );
  const waited = await tailDelays(20);
  print(
    `tail: record after its answer, of ${waited.length}: p50 ${waited[10]?.toFixed(0)} ms, most ${waited.at(-1)?.toFixed(0)} ms`,
  );
} finally {
  await headgate.stop();
  await upstream.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

function load(forSeconds: number) {
  const headers = { authorization: `Bearer ${headgate.key}`, "content-type": "application/json" };
  return runWrk({ url: `${headgate.url}/v1/chat/completions`, headers, body, connections: 4, seconds: forSeconds });
}

async function whileAsking<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly asked: number }> {
  let [asked, isOver] = [0, false];
  const asking = (async () => {
    for (; !isOver; asked++) await (await headgate.admin("GET", heavy[asked % heavy.length] ?? "")).arrayBuffer();
  })();
  const result = await work();
  isOver = true;
  await asking;
  return { result, asked };
}

/** Milliseconds from the end of an answer until its record comes, in ascending order. */
async function tailDelays(count: number): Promise<readonly number[]> {
  const tail = await headgate.admin("GET", "/api/logs/tail");
  const reader = tail.body?.pipeThrough(new TextDecoderStream()).getReader();
  const delays: number[] = [];
  for (let round = 0; round < count && reader !== undefined; round++) {
    await (await headgate.post("/v1/chat/completions", JSON.parse(body))).arrayBuffer();
    const endedMs = performance.now();
    for (let text = ""; !text.includes("event: record"); ) text += (await reader.read()).value ?? "event: record";
    delays.push(performance.now() - endedMs);
  }
  await reader?.cancel();
  return delays.toSorted((a, b) => a - b);
}

type Accounted = Awaited<ReturnType<typeof load>> & {
  readonly cpuUs: number;
  readonly waitUs: number;
  readonly low: string;
  readonly mainMs: number;
};

/** What a load costs the worker, and what threads of lowest priority the control process has. */
async function accounted(work: () => ReturnType<typeof load>): Promise<Accounted> {
  const pidOf = (role: string) => headgate.pids().find((one) => one.role === role)?.pid ?? 0;
  const sumOf = (threads: readonly Thread[], name: "cpuNs" | "waitNs") =>
    threads.reduce((sum, thread) => sum + thread[name], 0);
  const [worker, control] = [threadsOf(pidOf("worker")), threadsOf(pidOf("control"))];
  const result = await work();
  const [workerNow, controlNow] = [threadsOf(pidOf("worker")), threadsOf(pidOf("control"))];
  const requests = result.perSecond * seconds;
  const low = controlNow.filter(({ nice }) => nice === 19);
  const before = control.filter(({ id }) => low.some((thread) => thread.id === id));
  const lowMs = (sumOf(low, "cpuNs") - sumOf(before, "cpuNs")) / 1e6;
  return {
    ...result,
    cpuUs: (sumOf(workerNow, "cpuNs") - sumOf(worker, "cpuNs")) / 1000 / requests,
    waitUs: (sumOf(workerNow, "waitNs") - sumOf(worker, "waitNs")) / 1000 / requests,
    low: `${low.length} threads at nice 19: ${lowMs.toFixed(0)} ms`,
    mainMs: (sumOf(controlNow.slice(0, 1), "cpuNs") - sumOf(control.slice(0, 1), "cpuNs")) / 1e6,
  };
}

type Thread = { readonly id: string; readonly nice: number; readonly cpuNs: number; readonly waitNs: number };

/** `schedstat` has the time on a core and the time waiting for one, of each thread (Linux). */
function threadsOf(pid: number): readonly Thread[] {
  return readdirSync(`/proc/${pid}/task`).map((id) => {
    const [cpuNs = 0, waitNs = 0] = readFileSync(`/proc/${pid}/task/${id}/schedstat`, "utf8").split(" ").map(Number);
    const fields = readFileSync(`/proc/${pid}/task/${id}/stat`, "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
    return { id, nice: Number(fields[16]), cpuNs, waitNs };
  });
}

function show(what: string, { perSecond, p50Us, p99Us, errors, cpuUs, waitUs, low, mainMs }: Accounted): void {
  print(
    `${what.padEnd(28)}${String(perSecond).padStart(8)}/s  p50 ${p50Us} µs  p99 ${p99Us} µs  errors ${errors}  worker ${cpuUs.toFixed(1)} CPU-µs, waiting ${waitUs.toFixed(1)} µs a request  ${low}, main thread of control ${mainMs.toFixed(0)} ms  load ${loadavg()[0]}`,
  );
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
