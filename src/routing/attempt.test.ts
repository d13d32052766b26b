import { describe, expect, test } from "bun:test";
import { GatewayError } from "#core/errors";
import type { HealthTable } from "#core/health";
import type { Target } from "#core/target";
import { AttemptFailure, attemptTargets } from "./attempt";
import type { FailureClass } from "./failure-classes";
import { createMemoryHealth } from "./fixtures/memory-health";
import { createTargets, nameOf, type TargetOptions } from "./fixtures/targets";
import { healthSettings } from "./health";
import { createTargetHealth } from "./target-health";

type Reply = FailureClass | "ok" | "crash" | { readonly class: FailureClass; readonly retryAfterMs: number };
type Script = Readonly<Record<string, readonly Reply[]>>;

type Setting = {
  readonly admission?: Readonly<Record<string, TargetOptions["admission"]>>;
  readonly refuse?: (name: string, attempt: number) => GatewayError | undefined;
  readonly maxAttempts?: number;
  readonly deadlineMs?: number;
  readonly attemptMs?: number;
  readonly table?: HealthTable;
  readonly abortAt?: "sleep" | "attempt";
};

/** Runs a plan whose targets answer as told, one reply after the other, the last one again and again. */
async function run(script: Script, setting: Setting = {}) {
  const { planned } = createTargets();
  const { table = createMemoryHealth(), attemptMs = 10 } = setting;
  let nowMs = 1_000_000;
  const clock = { machineMs: () => nowMs };
  const log: string[] = [];
  const next: string[] = [];
  const remaining: (number | undefined)[] = [];
  const client = new AbortController();
  const replies = new Map(Object.entries(script).map(([name, all]) => [name, [...all]]));
  const reply = (target: Target): Reply => {
    const all = replies.get(nameOf(target)) ?? [];
    return (all.length > 1 ? all.shift() : all[0]) ?? "ok";
  };
  const plan = Object.keys(script).map((name) => {
    const admission = setting.admission?.[name];
    return planned(name, admission === undefined ? {} : { admission });
  });
  let admissions = 0;
  const outcome = await attemptTargets(plan, {
    admit: (target) => {
      admissions += 1;
      const refusal = setting.refuse?.(nameOf(target), admissions);
      if (refusal !== undefined) throw refusal;
      return admissions;
    },
    tryTarget: async ({ target, remainingMs }) => {
      log.push(nameOf(target));
      remaining.push(remainingMs);
      nowMs += attemptMs;
      if (setting.abortAt === "attempt") client.abort();
      const says = reply(target);
      if (says === "ok") return { answer: `answer of ${nameOf(target)}`, latencyMs: attemptMs };
      if (says === "crash") throw new RangeError("a bug");
      const error = new GatewayError("upstream_error", `failure of ${nameOf(target)}`);
      if (typeof says === "string") throw new AttemptFailure(error, says);
      throw new AttemptFailure(error, says.class, { retryAfterMs: says.retryAfterMs });
    },
    onFailure: () => undefined,
    shortens: () => false,
    onNextStep: (what) => next.push(what),
    health: createTargetHealth(table, clock, () => 0.5, healthSettings),
    clock,
    random: () => 0.5,
    sleep: async (delayMs) => {
      log.push(`wait ${delayMs}`);
      nowMs += delayMs;
      if (setting.abortAt === "sleep") client.abort();
    },
    signal: client.signal,
    limits: { maxAttempts: setting.maxAttempts ?? 6, deadlineMs: setting.deadlineMs ?? 120_000 },
  }).catch((error: unknown) => error);
  return { log, next, outcome, remaining, admissions, table };
}

describe("attemptTargets()", () => {
  test("stops at the first answer", async () => {
    const { log, outcome } = await run({ "a/x#1": ["ok"], "b/x#1": ["ok"] });
    expect(log).toEqual(["a/x#1"]);
    expect(outcome).toBe("answer of a/x#1");
  });

  test("retries a refused connection with growing waits, then falls back, and says why", async () => {
    const { log, next } = await run({ "a/x#1": ["refused"], "b/x#1": ["ok"] });
    expect(log).toEqual(["a/x#1", "wait 125", "a/x#1", "wait 250", "a/x#1", "b/x#1"]);
    expect(next).toEqual(["retry: refused", "retry: refused", "fallback: refused"]);
  });

  test("asks the same target once more after a 500", async () => {
    expect((await run({ "a/x#1": ["server-error", "ok"], "b/x#1": ["ok"] })).log).toEqual([
      "a/x#1",
      "wait 125",
      "a/x#1",
    ]);
  });

  test("takes another key at once when one is refused, and holds it back", async () => {
    const { log, table } = await run({ "a/x#1": ["key-refused"], "a/x#2": ["ok"] });
    expect(log).toEqual(["a/x#1", "a/x#2"]);
    expect(table.read(table.row("a#1")).heldUntilMs).toBe(1_060_010);
  });

  test("waits before another key after a rate limit", async () => {
    expect((await run({ "a/x#1": ["rate-limited"], "a/x#2": ["ok"] })).log).toEqual(["a/x#1", "wait 125", "a/x#2"]);
  });

  test("waits as long as the provider asks where nobody else is left", async () => {
    const { log, next } = await run({ "a/x#1": [{ class: "rate-limited", retryAfterMs: 2000 }, "ok"] });
    expect(log).toEqual(["a/x#1", "wait 2000", "a/x#1"]);
    expect(next).toEqual(["retry: rate-limited"]);
  });

  test("leaves the other keys of a provider that is down alone, also later", async () => {
    const { log } = await run({ "a/x#1": ["unavailable"], "a/x#2": ["ok"], "b/x#1": ["timeout"], "c/x#1": ["ok"] });
    expect(log).toEqual(["a/x#1", "b/x#1", "c/x#1"]);
  });

  test("gives up at once when the request was at fault", async () => {
    const { log, next, outcome } = await run({ "a/x#1": ["bad-request"], "b/x#1": ["ok"] });
    expect(log).toEqual(["a/x#1"]);
    expect(next).toEqual(["end: no other target would help"]);
    expect(outcome).toHaveProperty("message", "failure of a/x#1");
  });

  test("throws the last failure when nothing answers", async () => {
    const { next, outcome } = await run({ "a/x#1": ["timeout"], "b/x#1": ["key-refused"] });
    expect(outcome).toHaveProperty("message", "failure of b/x#1");
    expect(next).toEqual(["fallback: timeout", "end: no target left"]);
  });

  test("asks one more target where our own code fails at an answer, and holds it against none", async () => {
    const once = await run({ "a/x#1": ["unreadable"], "a/x#2": ["ok"], "b/x#1": ["ok"] });
    expect(once.log).toEqual(["a/x#1", "b/x#1"]);
    const twice = await run({ "a/x#1": ["unreadable"], "b/x#1": ["unreadable"], "c/x#1": ["ok"] });
    expect(twice.log).toEqual(["a/x#1", "b/x#1"]);
    expect(twice.next.at(-1)).toBe("end: a second fault of our own");
    for (const name of ["a/x#1", "b/x#1"]) expect(twice.table.read(twice.table.row(name)).errors).toBe(0);
  });

  test("asks one more target where our own code fails at a request, and no other key of the same", async () => {
    const unwritable = new GatewayError("internal_error", "no", { fault: "unwritable" });
    const at = (names: readonly string[]) => ({
      refuse: (name: string) => (names.includes(name) ? unwritable : undefined),
    });
    const targets = { "a/x#1": ["ok"], "a/x#2": ["ok"], "b/x#1": ["ok"], "c/x#1": ["ok"] } as const;
    const once = await run(targets, at(["a/x#1"]));
    expect([once.log, once.outcome]).toEqual([["b/x#1"], "answer of b/x#1"]);
    const twice = await run(targets, at(["a/x#1", "b/x#1"]));
    expect([twice.log, twice.outcome]).toEqual([[], unwritable]);
    const mixed = await run({ ...targets, "a/x#1": ["unreadable"] }, at(["b/x#1"]));
    expect([mixed.log, mixed.outcome]).toEqual([["a/x#1"], unwritable]);
    expect(mixed.next).toEqual(["end: a second fault of our own"]);
  });

  test("leaves every target its attempt, however often the others might be asked", async () => {
    const dead = { "a/x#1": ["refused"], "b/x#1": ["refused"], "c/x#1": ["ok"] } as const;
    expect((await run(dead)).log.filter((entry) => !entry.startsWith("wait"))).toEqual([
      ...["a/x#1", "a/x#1", "a/x#1"],
      ...["b/x#1", "b/x#1"],
      "c/x#1",
    ]);
    const keys = Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`a/x#${at}`, ["key-refused"] as const]));
    const { log, outcome } = await run({ ...keys, "b/x#1": ["ok"] });
    expect([log.length, outcome]).toEqual([6, "answer of b/x#1"]);
  });

  test("makes no more attempts than allowed", async () => {
    const script = Object.fromEntries(["a", "b", "c", "d"].map((name) => [`${name}/x#1`, ["refused"] as const]));
    const { log, next } = await run(script, { maxAttempts: 5 });
    expect(log.filter((entry) => !entry.startsWith("wait"))).toHaveLength(5);
    expect(next.at(-1)).toBe("end: attempts used up");
  });

  test("starts no attempt after the deadline, and tells the others what is left", async () => {
    const script = { "a/x#1": ["timeout"], "b/x#1": ["timeout"], "c/x#1": ["ok"] } as const;
    const { log, remaining } = await run(script, { attemptMs: 60, deadlineMs: 100 });
    expect(log).toEqual(["a/x#1", "b/x#1"]);
    expect(remaining).toEqual([undefined, 40]);
  });

  test("spends no more retries than requests have earned", async () => {
    const table = createMemoryHealth();
    const counts: number[] = [];
    for (let request = 0; request < 40; request++) {
      const { log } = await run({ "a/x#1": ["rate-limited"] }, { table });
      counts.push(log.filter((entry) => !entry.startsWith("wait")).length);
    }
    // 10 saved up, then a fifth of the requests.
    const retries = counts.reduce((sum, count) => sum + count - 1, 0);
    expect(retries).toBeLessThanOrEqual(10 + 40 / 5);
    expect(retries).toBeGreaterThanOrEqual(10 + 40 / 5 - 2);
  });

  test("lets a bug through", async () => {
    expect((await run({ "a/x#1": ["crash"], "b/x#1": ["ok"] })).outcome).toBeInstanceOf(RangeError);
  });
});

describe("attemptTargets() admission", () => {
  const broke = (name: string) => new GatewayError("budget_exceeded", `no money for ${name}`);

  test("asks before every attempt, retries too", async () => {
    expect((await run({ "a/x#1": ["refused"], "b/x#1": ["ok"] })).admissions).toBe(4);
  });

  test("passes over a target that is refused", async () => {
    const refuse = (name: string) => (name === "a/x#1" ? broke(name) : undefined);
    expect((await run({ "a/x#1": ["ok"], "b/x#1": ["ok"] }, { refuse })).log).toEqual(["b/x#1"]);
  });

  test("throws the first refusal where nothing was tried, else the last failure", async () => {
    const all = await run({ "a/x#1": ["ok"], "b/x#1": ["ok"] }, { refuse: broke });
    expect(all.outcome).toHaveProperty("message", "no money for a/x#1");
    const later = await run(
      { "a/x#1": ["timeout"], "b/x#1": ["ok"] },
      { refuse: (name, attempt) => (attempt > 1 ? broke(name) : undefined) },
    );
    expect(later.outcome).toHaveProperty("message", "failure of a/x#1");
  });

  test("goes on with others when a retry is refused", async () => {
    const refuse = (name: string, attempt: number) => (attempt === 2 ? broke(name) : undefined);
    expect((await run({ "a/x#1": ["refused"], "b/x#1": ["ok"] }, { refuse })).log).toEqual([
      "a/x#1",
      "wait 125",
      "b/x#1",
    ]);
  });
});

describe("attemptTargets() probes", () => {
  const probe = { "a/x#1": { state: "probe" } } as const;
  const script = { "a/x#1": ["refused"], "b/x#1": ["ok"] } as const;

  function awaitingProbe(): HealthTable {
    const table = createMemoryHealth();
    table.update(table.row("a/x#1"), (state) => ({ ...state, ejections: 1, ejectedUntilMs: 999_000 }));
    return table;
  }

  test("tries a target whose cooldown is over once, and not again when it fails", async () => {
    const table = awaitingProbe();
    expect((await run(script, { admission: probe, table })).log).toEqual(["a/x#1", "b/x#1"]);
    expect(table.read(table.row("a/x#1"))).toMatchObject({ ejections: 2, probeUntilMs: 0 });
  });

  test("leaves the probe to the request that is at it", async () => {
    const table = awaitingProbe();
    table.update(table.row("a/x#1"), (state) => ({ ...state, probeUntilMs: 1_010_000 }));
    expect((await run(script, { admission: probe, table })).log).toEqual(["b/x#1"]);
    const alone = await run({ "a/x#1": ["ok"] }, { admission: probe, table });
    expect(alone.log).toEqual(["a/x#1"]);
  });

  test("gives the probe back where the attempt is not admitted", async () => {
    const table = awaitingProbe();
    await run(script, {
      admission: probe,
      table,
      refuse: (name) => (name === "a/x#1" ? new GatewayError("rate_limited", "") : undefined),
    });
    expect(table.read(table.row("a/x#1")).probeUntilMs).toBe(0);
  });

  test("does not give back the probe of another request", async () => {
    const table = awaitingProbe();
    table.update(table.row("a/x#1"), (state) => ({ ...state, probeUntilMs: 1_010_000 }));
    await run({ "a/x#1": ["ok"] }, { admission: probe, table, refuse: () => new GatewayError("rate_limited", "") });
    expect(table.read(table.row("a/x#1")).probeUntilMs).toBe(1_010_000);
  });
});

describe("attemptTargets() and a client that leaves", () => {
  test("ends a wait, and makes no further attempt", async () => {
    const { log, outcome } = await run({ "a/x#1": ["refused"], "b/x#1": ["ok"] }, { abortAt: "sleep" });
    expect(log).toEqual(["a/x#1", "wait 125"]);
    expect(outcome).toHaveProperty("code", "client_closed");
  });

  test("calls every failure after that its own, and blames no target", async () => {
    const { log, next, outcome, table } = await run({ "a/x#1": ["timeout"], "b/x#1": ["ok"] }, { abortAt: "attempt" });
    expect(log).toEqual(["a/x#1"]);
    expect(next).toEqual(["end: no other target would help"]);
    expect(outcome).toHaveProperty("code", "client_closed");
    expect(table.read(table.row("a/x#1")).errors).toBe(0);
  });
});
