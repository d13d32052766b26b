import { expect, test } from "bun:test";
import type { FailureClass } from "./failure-classes";
import { createTargets, nameOf } from "./fixtures/targets";
import { type NextStep, nextStep, type Situation } from "./next-step";

const { planned, target } = createTargets();
const closed = { state: "closed", why: "held", untilMs: 1 } as const;

function step(failureClass: FailureClass, change: Partial<Situation> = {}): string {
  return say(
    nextStep({
      failureClass,
      retryAfterMs: undefined,
      refusesRetry: false,
      target: target("a/x#1", 1000),
      isOut: false,
      retries: 0,
      keyChanges: 0,
      ownFaults: 0,
      left: [planned("a/x#2"), planned("b/y#1", { contextTokens: 1000 })],
      attempts: 1,
      elapsedMs: 0,
      limits: { maxAttempts: 6, deadlineMs: 120_000 },
      hasRetryBudget: true,
      random: () => 0.5,
      ...change,
    }),
  );
}

function say(next: NextStep): string {
  switch (next.kind) {
    case "retry":
      return `retry in ${next.delayMs}`;
    case "end":
      return `end: ${next.why}`;
    case "other-key":
    case "fallback":
      return `${next.kind} ${nameOf(next.to.target)} in ${next.delayMs}`;
  }
}

const smaller = planned("b/y#1", { contextTokens: 1000 });
const none = { left: [] } as const;
const longerWait = "end: the provider asks for a longer wait";
const three = { left: [planned("b/y#1"), planned("b/y#2"), planned("c/z#1"), planned("d/w#1")] };
const keyless = { left: [planned("b/y#1")] };
const rows: readonly (readonly [FailureClass, Partial<Situation>, string])[] = [
  ["refused", {}, "retry in 125"],
  ["refused", { retries: 1 }, "retry in 250"],
  ["refused", { retries: 2 }, "fallback b/y#1 in 0"],
  ["refused", { retries: 2, ...none }, "end: retries used up"],
  ["refused", { isOut: true }, "fallback b/y#1 in 0"],
  ["refused", { isOut: true, ...none }, "retry in 125"],
  ["refused", { hasRetryBudget: false }, "fallback b/y#1 in 0"],
  ["refused", { hasRetryBudget: false, ...none }, "end: retry budget used up"],
  ["reset", { retries: 1, random: () => 0.999 }, "retry in 499.5"],
  ["unreachable", {}, "fallback b/y#1 in 0"],
  ["server-error", {}, "retry in 125"],
  ["server-error", { retries: 1 }, "fallback b/y#1 in 0"],
  ["server-error", { refusesRetry: true }, "fallback b/y#1 in 0"],
  ["server-error", { retries: 1, ...none }, "end: retries used up"],
  ["unavailable", {}, "fallback b/y#1 in 0"],
  ["unavailable", none, "retry in 125"],
  ["unavailable", { retries: 2, ...none }, "end: retries used up"],
  ["rate-limited", {}, "other-key a/x#2 in 125"],
  ["rate-limited", { keyChanges: 3 }, "other-key a/x#2 in 1000"],
  ["rate-limited", keyless, "fallback b/y#1 in 0"],
  ["rate-limited", none, "retry in 125"],
  ["rate-limited", { retryAfterMs: 2000, ...none }, "retry in 2000"],
  ["rate-limited", { retryAfterMs: 4001, ...none }, "end: the provider asks for a longer wait"],
  ["rate-limited", { retryAfterMs: 2000, elapsedMs: 119_000, ...none }, "end: deadline too near"],
  ["rate-limited", { left: [planned("b/y#1"), planned("a/x#2", { admission: closed })] }, "fallback b/y#1 in 0"],
  ["rate-limited", { left: [planned("a/x#2", { admission: closed })] }, "other-key a/x#2 in 125"],
  ["rate-limited", { retryAfterMs: 2000, left: [planned("b/y#1", { admission: closed })] }, "retry in 2000"],
  ["rate-limited", { retryAfterMs: 2001, left: [planned("b/y#1", { admission: closed })] }, "fallback b/y#1 in 0"],
  ["rate-limited", { retryAfterMs: 2000 }, "other-key a/x#2 in 125"],
  ["rate-limited", { retryAfterMs: 2000, ...keyless }, "fallback b/y#1 in 0"],
  ["rate-limited", { retryAfterMs: 2000, target: target("hasty/x#1"), ...none }, "retry in 2000"],
  ["rate-limited", { retryAfterMs: 2001, target: target("hasty/x#1"), ...none }, longerWait],
  ["unavailable", { retryAfterMs: 500, left: [planned("b/y#1", { admission: closed })] }, "retry in 500"],
  ["key-refused", {}, "other-key a/x#2 in 0"],
  ["key-refused", keyless, "fallback b/y#1 in 0"],
  ["key-refused", none, "end: no target left"],
  ["timeout", {}, "fallback b/y#1 in 0"],
  ["timeout", none, "end: no target left"],
  ["unknown-model", {}, "fallback b/y#1 in 0"],
  ["invalid-answer", {}, "fallback b/y#1 in 0"],
  ["invalid-answer", none, "end: no target left"],
  ["empty-answer", {}, "fallback b/y#1 in 0"],
  ["unreadable", { ownFaults: 1 }, "fallback b/y#1 in 0"],
  ["unreadable", { ownFaults: 2 }, "end: a second fault of our own"],
  ["context-length", {}, "end: no target left"],
  ["context-length", { left: [planned("b/y#1")] }, "fallback b/y#1 in 0"],
  ["context-length", { target: target("a/x#1") }, "fallback b/y#1 in 0"],
  ["context-length", { left: [smaller, planned("c/z#1", { contextTokens: 1001 })] }, "fallback c/z#1 in 0"],
  ["content-filter", {}, "end: no other target would help"],
  ["bad-request", {}, "end: no other target would help"],
  ["client-gone", {}, "end: no other target would help"],
  ["gateway", {}, "end: no other target would help"],
  ["refused", { attempts: 2, ...three }, "retry in 125"],
  ["refused", { attempts: 3, ...three }, "fallback b/y#1 in 0"],
  ["server-error", { attempts: 5 }, "fallback b/y#1 in 0"],
  ["rate-limited", { attempts: 4 }, "other-key a/x#2 in 125"],
  ["rate-limited", { attempts: 5 }, "fallback b/y#1 in 0"],
  ["key-refused", { attempts: 5 }, "fallback b/y#1 in 0"],
  ["key-refused", { attempts: 5, left: [planned("a/x#2")] }, "other-key a/x#2 in 0"],
  ["timeout", { attempts: 6 }, "end: attempts used up"],
  ["timeout", { elapsedMs: 120_000 }, "end: deadline passed"],
];

for (const [failureClass, change, expected] of rows) {
  const { target: _, random: __, left, ...told } = change;
  const names = left === undefined ? "" : `, left ${left.map((each) => nameOf(each.target))}`;
  test(`nextStep() after ${failureClass} ${JSON.stringify(told)}${names} is ${expected}`, () => {
    expect(step(failureClass, change)).toBe(expected);
  });
}
