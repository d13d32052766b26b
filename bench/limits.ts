// What a hundred thousand virtual keys with a budget and a rate limit each cost the control plane: bun bench/limits.ts [keys]

import { createIdSource } from "#core/ids";
import { hashSecret } from "#core/virtual-key";
import { LimitBench } from "#limits/fixtures/limit-bench";

const count = Number(process.argv[2] ?? 100_000);
const team = "teams: [{ name: t, budgets: [{ limit_usd: 1, period: 1d }] }]";

/** Processor time, for the machine may have other work. */
async function measure(what: string, work: () => Promise<unknown>): Promise<void> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  process.stdout.write(`${what.padEnd(44)} ${String(Math.round((user + system) / 1000)).padStart(6)} ms\n`);
}

using bench = new LimitBench("file");
await bench.start(team);
const ids = Array.from({ length: count }, createIdSource(Date.now));
const { store } = bench.running;
await store.transaction(async () => {
  for (const [index, id] of ids.entries()) {
    const limits = { budgets: [{ limit_usd: "10", period: "1d" }], rate_limits: [{ requests: 600, per: "1m" }] };
    const spec = { name: `key-${index}`, team: "t", ...limits };
    await store.virtualKeys.add({ id, hash: hashSecret(id), hint: "", spec, createdAtMs: 0 });
  }
});
await measure("first start, with new slots", () => bench.start(team));
await measure("start", () => bench.start(team));
for (const id of ids.slice(0, 5)) {
  const change = { budgets: [{ limit_usd: 11, period: "1d" }] };
  await measure("change of one key", () => bench.ask("PATCH", `/api/virtual-keys/${id}`, change));
}
await measure("first look at all budgets", () => bench.running.budgetWatch.look());
await measure("look at all budgets, once a second", () => bench.running.budgetWatch.look());
await measure("reload of the file", () => bench.load(team.replace("limit_usd: 1", "limit_usd: 2")));
await measure("GET /api/budgets?limit=100", () => bench.ask("GET", "/api/budgets?limit=100"));
const bytes = JSON.stringify(bench.running.configuration.full()).length;
process.stdout.write(`${"snapshot".padEnd(44)} ${String(Math.round(bytes / count)).padStart(6)} bytes a key\n`);
