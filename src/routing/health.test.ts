import { describe, expect, test } from "bun:test";
import { GatewayError } from "#core/errors";
import { type HealthState, newHealth } from "#core/health";
import { AttemptFailure, attemptTargets } from "./attempt";
import { explainHealth } from "./explain-health";
import type { FailureClass } from "./failure-classes";
import { createMemoryHealth } from "./fixtures/memory-health";
import { createTargets, nameOf } from "./fixtures/targets";
import {
  admission,
  afterFailure,
  afterKeyAccepted,
  afterKeyRefused,
  afterSuccess,
  claimProbe,
  healthSettings,
  spendRetry,
} from "./health";
import type { Plan } from "./plan";
import { weightedOrder } from "./strategies/weighted";
import { createTargetHealth } from "./target-health";

const startMs = 1_000_000;

function fail(state: HealthState, nowMs: number, failureClass: FailureClass = "refused", retryAfterMs?: number) {
  return afterFailure(
    state,
    {
      nowMs,
      startedMs: nowMs,
      isRetry: false,
      failureClass,
      status: failureClass === "rate-limited" ? 429 : 0,
      retryAfterMs,
      random: 0.999_999,
    },
    healthSettings,
  );
}

function succeed(state: HealthState, nowMs: number, startedMs = nowMs) {
  return afterSuccess(state, { nowMs, startedMs, isRetry: false }, 100, healthSettings);
}

function times<T>(count: number, first: T, change: (each: T, at: number) => T): T {
  let value = first;
  for (let at = 0; at < count; at++) value = change(value, at);
  return value;
}

const ejected = times(5, newHealth, (state) => fail(state, startMs));

test("targets of a provider that are not listed share one row, and others have their own", () => {
  const table = createMemoryHealth();
  const health = createTargetHealth(table, { machineMs: () => startMs }, () => 0.5, healthSettings);
  const { target } = createTargets();
  const rows = ["a/x#1", "a/y#1", "b/x#1"].map((name) => health.row({ ...target(name), isUnlisted: true }));
  expect(rows[1]).toBe(rows[0] ?? -1);
  expect(new Set([...rows, health.row(target("a/x#1"))]).size).toBe(3);
  expect(table.list().map(({ name }) => name)).toEqual(["a/other#1", "b/other#1", "a/x#1"]);
});

describe("admission()", () => {
  test("is open until the fifth error in a row", () => {
    expect(
      admission(
        times(4, newHealth, (state) => fail(state, startMs)),
        startMs,
      ),
    ).toEqual({ state: "open" });
    expect(admission(ejected, startMs)).toMatchObject({ state: "closed", why: "ejected" });
  });

  test("closes at half of twenty recent requests, however they are mixed", () => {
    const mixed = times(19, newHealth, (state, at) => (at % 2 === 0 ? succeed(state, startMs) : fail(state, startMs)));
    expect(admission(mixed, startMs).state).toBe("open");
    expect(admission(fail(mixed, startMs), startMs).state).toBe("closed");
    // The same errors over a minute are none of them recent.
    const slow = times(20, newHealth, (state, at) => {
      const nowMs = startMs + at * 3000;
      return at % 2 === 0 ? succeed(state, nowMs) : fail(state, nowMs);
    });
    expect(admission(slow, startMs + 60_000).state).toBe("open");
  });

  test("lets one probe through when the cooldown is over, and another when the first does not report", () => {
    const afterMs = startMs + 1000;
    expect(admission(ejected, startMs + 499).state).toBe("closed");
    expect(admission(ejected, afterMs).state).toBe("probe");
    const claimed = claimProbe(ejected, afterMs, healthSettings);
    expect(claimed).not.toBe(ejected);
    expect(claimProbe(claimed, afterMs, healthSettings)).toBe(claimed);
    expect(admission(claimed, afterMs)).toMatchObject({ state: "closed", why: "probed" });
    expect(admission(claimed, afterMs + 15_000).state).toBe("probe");
  });

  test("opens after an answer, and closes for twice as long after an error, up to 15 s", () => {
    const cooldowns: number[] = [];
    times(7, ejected, (state) => {
      const cooldownMs = state.ejectedUntilMs - state.lastErrorAtMs;
      cooldowns.push(Math.round(cooldownMs));
      return fail(state, state.ejectedUntilMs);
    });
    expect(cooldowns).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
    const back = succeed(ejected, startMs + 1000);
    expect(admission(back, startMs + 1000).state).toBe("open");
    expect(back).toMatchObject({ ejections: 0, consecutiveErrors: 0, windowErrors: 0 });
  });

  test("is not moved by late news of requests from before the ejection", () => {
    const late = times(50, ejected, (state) => fail(state, startMs + 10));
    expect(late.ejectedUntilMs).toBe(ejected.ejectedUntilMs);
    expect(admission(succeed(ejected, startMs + 10, startMs - 100), startMs + 10).state).toBe("closed");
    // A request that was sent there after all, for want of others, is fresh news.
    expect(admission(succeed(ejected, startMs + 10, startMs + 5), startMs + 10).state).toBe("open");
  });

  test("holds a target back after a rate limit: as told, else longer each time", () => {
    expect(fail(newHealth, startMs, "rate-limited", 2000).heldUntilMs).toBe(startMs + 2000);
    const holds: number[] = [];
    times(7, fail(newHealth, startMs, "rate-limited"), (state) => {
      holds.push(state.heldUntilMs - state.lastErrorAtMs);
      return fail(state, state.heldUntilMs, "rate-limited");
    });
    expect(holds).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    const held = fail(newHealth, startMs, "rate-limited");
    expect(times(50, held, (state) => fail(state, startMs + 5, "rate-limited")).heldUntilMs).toBe(held.heldUntilMs);
    expect(admission(held, startMs + 999)).toMatchObject({ state: "closed", why: "held" });
    expect(admission(held, startMs + 1000).state).toBe("open");
    expect(held.errors).toBe(0);
  });

  test("takes a provider's refusal of a request for a sign of life", () => {
    const four = times(4, newHealth, (state) => fail(state, startMs));
    for (const failureClass of ["bad-request", "context-length", "content-filter"] as const)
      expect(fail(four, startMs, failureClass).consecutiveErrors).toBe(0);
    for (const failureClass of ["client-gone", "unknown-model", "gateway"] as const)
      expect(fail(four, startMs, failureClass).consecutiveErrors).toBe(4);
  });

  test("goes on when the machine's clock begins anew", () => {
    expect(
      fail(
        times(3, newHealth, (state) => fail(state, startMs)),
        5,
      ).windowRequests,
    ).toBe(1);
  });
});

test("afterKeyRefused() holds a key for 60 s, doubling up to 10 min; afterKeyAccepted() forgets it", () => {
  const facts = { startedMs: 0, isRetry: false, failureClass: "key-refused", status: 401, random: 0 } as const;
  const refuse = (state: HealthState, nowMs: number) =>
    afterKeyRefused(state, { ...facts, nowMs, retryAfterMs: undefined }, healthSettings);
  const holds: number[] = [];
  const last = times(6, refuse(newHealth, startMs), (state) => {
    holds.push(state.heldUntilMs - state.lastErrorAtMs);
    return refuse(state, state.heldUntilMs);
  });
  expect(holds).toEqual([60_000, 120_000, 240_000, 480_000, 600_000, 600_000]);
  expect(refuse(last, last.lastErrorAtMs + 1)).toBe(last);
  expect(afterKeyAccepted(last)).toMatchObject({ consecutiveErrors: 0, heldUntilMs: 0 });
});

test("spendRetry() takes what requests have earned", () => {
  const spent = times(10, newHealth, spendRetry);
  expect(spent).toMatchObject({ retryTokens: 0, retries: 10 });
  expect(spendRetry(spent)).toBe(spent);
  const earned = times(5, spent, (state) => succeed(state, startMs));
  expect(spendRetry(earned).retries).toBe(11);
});

test("explainHealth() puts the numbers into words", () => {
  expect(explainHealth(newHealth, startMs, healthSettings)).toMatchObject({
    state: "healthy",
    errorRatio: 0,
    retriesLeft: 10,
  });
  expect(explainHealth(ejected, startMs, healthSettings)).toMatchObject({
    state: "ejected",
    waitMs: 1000,
    errorRatio: 1,
    recentErrors: 5,
  });
  expect(explainHealth(ejected, startMs + 2000, healthSettings).state).toBe("awaiting-probe");
  expect(explainHealth(claimProbe(ejected, startMs + 2000, healthSettings), startMs + 2000, healthSettings).state).toBe(
    "probing",
  );
  const held = explainHealth(fail(newHealth, startMs, "rate-limited"), startMs, healthSettings);
  expect(held).toMatchObject({ state: "held", reason: "told to wait by status 429" });
});

describe("a day with a bad target", () => {
  /** Sends 500 requests a second through plan and attempts; who is down answers with `failureClass`. */
  async function send(
    seconds: number,
    isDown: (name: string, sinceMs: number) => boolean,
    failureClass: FailureClass,
    names: readonly string[],
    inTurn = false,
  ) {
    let seed = 7;
    const random = () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed / 2_147_483_648;
    };
    let nowMs = startMs;
    const clock = { machineMs: () => nowMs };
    const health = createTargetHealth(createMemoryHealth(), clock, random, healthSettings);
    const { target } = createTargets();
    const weighted = names.map((name) => ({ target: target(name), weight: 1 }));
    const order = (): Plan => {
      const all = inTurn ? weighted : weightedOrder(weighted, random);
      const planned = all.map((each) => ({
        target: each.target,
        from: "target" as const,
        admission: health.admission(each.target),
      }));
      const isClosed = (each: (typeof planned)[number]) => each.admission.state === "closed";
      return [...planned.filter((each) => !isClosed(each)), ...planned.filter(isClosed)];
    };
    const asked: { readonly name: string; readonly sinceMs: number; readonly ok: boolean }[] = [];
    let failures = 0;
    for (let request = 0; request < seconds * 500; request++) {
      nowMs = startMs + request * 2;
      const answer = attemptTargets<void, string>(order(), {
        admit: () => undefined,
        tryTarget: async (attempt) => {
          const name = nameOf(attempt.target);
          const sinceMs = nowMs - startMs;
          const ok = !isDown(name, sinceMs);
          asked.push({ name, sinceMs, ok });
          if (ok) return { answer: name, latencyMs: 1 };
          throw new AttemptFailure(new GatewayError("upstream_error", "down"), failureClass);
        },
        onFailure: () => undefined,
        shortens: () => false,
        onNextStep: () => undefined,
        health,
        clock,
        random,
        sleep: () => Promise.resolve(),
        signal: new AbortController().signal,
        limits: { maxAttempts: 6, deadlineMs: 120_000 },
      });
      await answer.catch(() => {
        failures += 1;
      });
    }
    return { asked, failures, requests: seconds * 500 };
  }

  for (const failureClass of ["refused", "unavailable", "server-error", "rate-limited"] as const) {
    test(`costs at most a fifth more attempts when one of three is ${failureClass}, and no request`, async () => {
      const down = (name: string) => name === "a/x#1";
      const { asked, failures, requests } = await send(6, down, failureClass, ["a/x#1", "b/x#1", "c/x#1"]);
      expect(failures).toBe(0);
      expect(asked.length / requests).toBeLessThan(1.2);
      expect(asked.filter(({ ok }) => !ok).length / requests).toBeLessThan(0.02);
    });
  }

  test("goes on asking a target that timers cut: it may be slow, and is not dead", async () => {
    const { asked, failures } = await send(1, (name) => name === "a/x#1", "timeout", ["a/x#1", "b/x#1"], true);
    expect(failures).toBe(0);
    expect(asked.filter(({ ok }) => !ok)).toHaveLength(500);
  });

  test("brings the first target back within 30 s of its recovery, after any outage", async () => {
    for (const outageMs of [1000, 5000, 40_000]) {
      const down = (name: string, sinceMs: number) => name === "a/x#1" && sinceMs < outageMs;
      const { asked, failures } = await send(outageMs / 1000 + 20, down, "unavailable", ["a/x#1", "b/x#1"], true);
      const back = asked.find(({ name, ok, sinceMs }) => name === "a/x#1" && ok && sinceMs >= outageMs);
      expect(failures).toBe(0);
      expect((back?.sinceMs ?? Number.POSITIVE_INFINITY) - outageMs).toBeLessThan(16_000);
      expect(asked.at(-1)?.name).toBe("a/x#1");
    }
  });

  test("goes on asking the last target", async () => {
    const { asked, requests } = await send(3, () => true, "unavailable", ["a/x#1"]);
    expect(asked.length).toBeGreaterThanOrEqual(requests);
    expect(asked.length / requests).toBeLessThan(1.25);
  });
});
