import { expect, test } from "bun:test";
import { judge, measureAllocatedBytes, measureSystemCalls, readBudgets } from "../../bench/budget/budgets.ts";
import { whyNoTrace } from "../../bench/budget/trace.ts";

const reason = whyNoTrace();
if (reason !== undefined) say(`The budget of system calls is skipped: ${reason}`);
const minutes = 60_000;

test(
  "what a request and an event allocate stays within bench/budgets.json",
  async () => {
    const budgets = readBudgets().allocatedBytes;
    let figures = await measureAllocatedBytes();
    // What a busy machine adds, a tick more or a row taken later, is no growth: the least of three counts.
    for (let tries = 1; tries < 3 && judge(figures, budgets).over.length > 0; tries++) {
      figures = leastOf(figures, await measureAllocatedBytes());
    }
    check(figures, budgets);
  },
  4 * minutes,
);

test.skipIf(reason !== undefined)(
  "the system calls of a request and of an event stay within bench/budgets.json",
  async () => {
    const { figures, detail } = await measureSystemCalls();
    check(figures, readBudgets().systemCalls, detail);
  },
  4 * minutes,
);

test("judge() names what grew by more than a tenth, what has no budget, and what shrank", () => {
  const budgets = { same: 100, grown: 100, shrunk: 100 };
  expect(judge({ same: 110, grown: 111, shrunk: 94, added: 1 }, budgets)).toEqual({
    over: ["grown: 111, budget 100", "added: 1, budget none"],
    under: ["shrunk: 94, budget 100"],
  });
});

type Figures = Parameters<typeof judge>[0];

function check(measured: Figures, budgets: Figures, detail = ""): void {
  const { over, under } = judge(measured, budgets);
  for (const line of under) say(`well under its budget, \`npm run bench -- budgets --write\` keeps it: ${line}`);
  if (over.length > 0) say(detail);
  expect(over).toEqual([]);
}

function leastOf(some: Figures, others: Figures): Figures {
  return Object.fromEntries(
    Object.entries(some).map(([name, figure]) => [name, Math.min(figure, others[name] ?? figure)]),
  );
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
