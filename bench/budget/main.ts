/** `npm run bench -- budgets [--write]`: shows what `bench/budgets.json` allows beside what is measured, or writes it anew. */
import { judge, measureAllocatedBytes, measureSystemCalls, readBudgets, writeBudgets } from "./budgets.ts";
import { whyNoTrace } from "./trace.ts";

const writes = process.argv.includes("--write");
const reason = whyNoTrace();
const allocatedBytes = await measureAllocatedBytes();
const calls = reason === undefined ? await measureSystemCalls() : undefined;
if (writes && calls === undefined) {
  process.stderr.write(`Cannot write the budgets: ${reason}\n`);
  process.exit(1);
}
if (writes && calls !== undefined) writeBudgets({ allocatedBytes, systemCalls: calls.figures });
const budgets = readBudgets();
show("bytes allocated", allocatedBytes, budgets.allocatedBytes);
if (calls === undefined) process.stdout.write(`System calls are not counted: ${reason}\n`);
else {
  show("system calls", calls.figures, budgets.systemCalls);
  process.stdout.write(`${calls.detail}\n`);
}

function show(what: string, measured: typeof allocatedBytes, budget: typeof allocatedBytes): void {
  process.stdout.write(`\n| ${what} | measured | budget |\n|---|---|---|\n`);
  for (const [row, figure] of Object.entries(measured)) {
    process.stdout.write(`| ${row} | ${figure} | ${budget[row] ?? ""} |\n`);
  }
  const { over, under } = judge(measured, budget);
  for (const line of over) process.stdout.write(`over: ${line}\n`);
  for (const line of under) process.stdout.write(`well under, \`--write\` keeps it: ${line}\n`);
}
