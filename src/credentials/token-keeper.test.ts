import { describe, expect, test } from "bun:test";
import type { Credentials } from "#config/credentials-schema";
import type { Token } from "./token";
import { createTokenKeeper } from "./token-keeper";

const credentials: Credentials = {
  type: "azure_client_secret",
  tenant_id: "t",
  client_id: "c",
  client_secret: "canary",
};
const minute = 60_000;
const hour = 60 * minute;

type Step = { readonly token: string; readonly lifeMs?: number } | { readonly error: string };

/** A keeper over a scripted issuer and a clock that the test moves. */
function bench(script: Step[], kept: ReadonlyMap<string, Token> = new Map()) {
  const state = { nowMs: 1_000_000_000_000, changes: 0, asked: 0 };
  const told: string[] = [];
  let saved: ReadonlyMap<string, Token> = new Map();
  const keeper = createTokenKeeper({
    issue: async () => {
      state.asked += 1;
      const step = script.shift() ?? { error: "the script is over" };
      if ("error" in step) throw new Error(step.error);
      const { lifeMs, token } = step;
      return { secret: token, auth: "bearer", ...(lifeMs !== undefined && { expiresAtMs: state.nowMs + lifeMs }) };
    },
    nowMs: () => state.nowMs,
    sleep: () => new Promise(() => undefined),
    kept,
    keep: (tokens) => {
      saved = tokens;
    },
    onChange: async () => {
      state.changes += 1;
    },
    onProblem: (label, problem) => told.push(`${label}: ${problem ?? "over"}`),
  });
  const after = async (ms: number) => {
    state.nowMs += ms;
    keeper.tick();
    await keeper.settled(0);
  };
  const used = () => keeper.lookup()(credentials, "azure/main")?.secret;
  return { keeper, state, told, after, used, saved: () => saved };
}

describe("createTokenKeeper()", () => {
  test("fetches a token when it is first asked for, and the next one ahead of its end", async () => {
    const { after, state, used } = bench([
      { token: "a", lifeMs: hour },
      { token: "b", lifeMs: hour },
    ]);
    expect(used()).toBeUndefined();
    await after(0);
    expect([used(), state.changes]).toEqual(["a", 1]);
    await after(54 * minute);
    expect([used(), state.asked]).toEqual(["a", 1]);
    await after(minute);
    expect([used(), state.changes]).toEqual(["b", 2]);
  });

  test("fetches what lives short in the middle of its life, and what does not end never again", async () => {
    const short = bench([
      { token: "a", lifeMs: 4 * minute },
      { token: "b", lifeMs: 4 * minute },
    ]);
    short.used();
    await short.after(0);
    await short.after(2 * minute);
    expect(short.used()).toBe("b");
    const endless = bench([{ token: "k" }]);
    endless.used();
    await endless.after(0);
    await endless.after(1000 * hour);
    expect([endless.used(), endless.state.asked]).toEqual(["k", 1]);
  });

  test("keeps the old token while a new one fails, tells it once, and drops it at its end", async () => {
    const down: Step = { error: "AADSTS7000215: Invalid client secret canary eyJhbGciOi.eyJ.sig" };
    const failing = Array.from({ length: 20 }, () => down);
    const { after, keeper, told, used } = bench([
      { token: "a", lifeMs: hour },
      ...failing,
      { token: "b", lifeMs: hour },
    ]);
    used();
    await after(0);
    await after(55 * minute);
    expect(used()).toBe("a");
    expect(keeper.problems()).toEqual([
      "azure/main: AADSTS7000215: Invalid client secret … … (the token before holds still)",
    ]);
    for (const ms of [1000, 2000, 4000, 8000, 16_000, 32_000, minute]) await after(ms);
    expect(told).toEqual(["azure/main: AADSTS7000215: Invalid client secret … …"]);
    await after(5 * minute);
    expect(used()).toBeUndefined();
    expect(keeper.stateOf(credentials)).toMatchObject({ isThere: false });
    for (let tries = 0; tries < 20 && used() === undefined; tries += 1) await after(minute);
    expect(used()).toBe("b");
    expect([told.at(-1), keeper.problems()]).toEqual(["azure/main: over", []]);
  });

  test("waits longer from failure to failure, a minute at most", async () => {
    const { after, state, used } = bench(Array.from({ length: 100 }, () => ({ error: "no" })));
    used();
    await after(0);
    for (let second = 0; second < 63; second += 1) await after(1000);
    expect(state.asked).toBe(7);
    for (let second = 0; second < 120; second += 1) await after(1000);
    expect(state.asked).toBe(9);
  });

  test("uses a token that seems to have ended already, for a minute, and says that the clock is wrong", async () => {
    const { after, keeper, used } = bench([
      { token: "a", lifeMs: -hour },
      { token: "b", lifeMs: -hour },
    ]);
    used();
    await after(0);
    expect(used()).toBe("a");
    expect(keeper.problems().join()).toContain("is that clock wrong?");
    await after(30_000);
    expect(used()).toBe("b");
  });

  test("begins with the token of the process before, and renews it at once", async () => {
    const first = bench([{ token: "a", lifeMs: hour }]);
    first.used();
    await first.after(0);
    const second = bench([{ error: "no network yet" }, { token: "b", lifeMs: hour }], first.saved());
    expect(second.used()).toBe("a");
    await second.after(0);
    expect(second.used()).toBe("a");
    await second.after(1000);
    expect(second.used()).toBe("b");
    const ended = bench([], new Map([...first.saved()].map(([name, token]) => [name, { ...token, expiresAtMs: 1 }])));
    expect(ended.used()).toBeUndefined();
  });

  test("forgets credentials that are configured no more", async () => {
    const { after, keeper, state } = bench([
      { token: "a", lifeMs: hour },
      { token: "b", lifeMs: hour },
    ]);
    keeper.lookup()(credentials, "azure/main");
    await after(0);
    keeper.lookup();
    await after(2 * minute);
    await after(hour);
    expect([state.asked, keeper.stateOf(credentials).isThere]).toEqual([1, false]);
  });

  test("prepare() resolves when the token is there, or the try has failed", async () => {
    const { keeper, used } = bench([{ token: "a", lifeMs: hour }]);
    await keeper.prepare(credentials, "azure/main", 1);
    expect(used()).toBe("a");
    const failing = bench([{ error: "no" }]);
    await failing.keeper.prepare(credentials, "azure/main", 1);
    expect(failing.used()).toBeUndefined();
  });
});
