/**
 * A hundred thousand streams that clients leave in their middle, passed and translated: does memory stay, is each recorded
 * once as `client_closed`, is nothing held any more, and is what the budget was charged what the records cost?
 * `bun bench/gateway/aborts.ts [streams]`
 */
import { readdirSync } from "node:fs";
import { pick } from "../../test/harness/pick.ts";
import { type Headgate, startHeadgate, testKey } from "../../test/harness/start-headgate.ts";
import { waitUntil } from "../../test/harness/wait-until.ts";
import type { Shot } from "./load/job.ts";
import { runJob } from "./load/run-job.ts";
import { byRole, memoryMb } from "./processes.ts";
import { shotOf } from "./questions.ts";
import { scrapeValue } from "./scrape.ts";
import type { Question } from "./subject.ts";
import { startUpstreams } from "./upstreams.ts";

const wanted = Number(process.argv[2] ?? 100_000);
const connections = 64;
const seconds = 15;
const upstream = "500x4";
const [openai, anthropic] = ["openai-chat", "anthropic-messages"] as const;

const upstreams = await startUpstreams();
const provider = (dialect: string) => ({
  dialect,
  base_url: `${upstreams.streams}/${upstream}/v1`,
  keys: [{ name: "k", value: "bench-secret" }],
  models: [{ id: "bench", price: { input: 0.5, output: 1.5 } }],
});
const headgate = await startHeadgate({
  config: {
    providers: { chat: provider(openai), messages: provider(anthropic) },
    virtual_keys: [{ name: "test", value: testKey, budgets: [{ limit_usd: 1_000_000, period: "none" }] }],
  },
  workers: 1,
  flags: ["--log-level", "warn"],
});

let [left, wrong] = [0, 0];
const memory: number[] = [];
while (left < wanted) {
  const result = await runJob({ kind: "closed", url: headgate.url, shots: shots(), connections, seconds });
  left += result.aborted;
  wrong += result.wrong + result.requests;
  memory.push(memoryMb(headgate.pids()));
  const roles = byRole(headgate.pids(), memoryMb);
  print(`${left} left, ${wrong} others ${result.complaints.join("; ")}; ${files()} files;`, rounded(roles));
}
await showAccounts(headgate);
const half = memory.slice(memory.length >> 1);
print(
  `memory: ${memory[0]?.toFixed(0)} MB after the first, second half ${Math.min(...half).toFixed(0)} to ${Math.max(...half).toFixed(0)} MB`,
);
await headgate.stop();
await upstreams.stop();

/** After the first event, and after some; from client and provider of one dialect, and of two. */
function shots(): readonly Shot[] {
  const ask = (client: Question["client"], dialect: Question["provider"], abortAfterEvents: number): Shot => ({
    ...shotOf(
      { client, provider: dialect, upstream, promptBytes: 800 },
      {
        model: `${dialect === openai ? "chat" : "messages"}/bench`,
        headers: { authorization: `Bearer ${headgate.key}` },
      },
    ),
    abortAfterEvents,
  });
  return [ask(openai, openai, 1), ask(openai, openai, 5), ask(anthropic, openai, 2), ask(openai, anthropic, 3)];
}

function files(): number {
  return headgate.pids().reduce((sum, { pid }) => sum + readdirSync(`/proc/${pid}/fd`).length, 0);
}

function rounded(roles: ReturnType<typeof byRole>): string {
  return JSON.stringify(Object.fromEntries(Object.entries(roles).map(([role, mb]) => [role, Math.round(mb)])));
}

async function showAccounts(gateway: Headgate): Promise<void> {
  const value = (name: string) => scrapeValue(gateway, name);
  await waitUntil(
    "ingestion to end",
    async () => (await value("headgate_ingest_lag_records")) + (await value("headgate_requests_in_flight")) === 0,
    120_000,
  );
  // Workers show what they count of the journal once a second.
  await Bun.sleep(3000);
  const day = 86_400_000;
  const [from, to] = [Date.now() - day, Date.now() + 60_000].map((ms) => new Date(ms).toISOString());
  const stats: unknown = await (
    await gateway.admin("GET", `/api/stats?from=${from}&to=${to}&interval=none&group_by=outcome`)
  ).json();
  const budgets: unknown = await (await gateway.admin("GET", "/api/budgets")).json();
  print("ended", await value("headgate_requests_total"), "recorded", await value("headgate_journal_records_total"));
  print("held", await value("headgate_held_requests"), "rows of the ledger", await value("headgate_holds"));
  print("in the log, by outcome:", JSON.stringify(pick(stats, "groups") ?? stats));
  print("budgets:", JSON.stringify(pick(budgets, "data") ?? budgets));
}

function print(...words: readonly unknown[]): void {
  process.stdout.write(`${words.join(" ")}\n`);
}
