import { afterEach, expect, test } from "bun:test";
import type { Demand } from "#core/demand";
import { GatewayError } from "#core/errors";
import type { Limit } from "#core/limit";
import type { Settings, VirtualKey } from "#core/snapshot";
import type { Target } from "#core/target";
import { budget, rate } from "../fixtures/plain-limits";
import {
  plainPrice,
  type ScratchGovernance,
  scratchGovernance,
  settingsOf,
  target,
} from "../fixtures/scratch-governance";
import type { Reservation } from "../reservation";
import type { LadderFacts } from "./ladder-facts";

// A token costs 1,000 nano-dollars.
const opened: ScratchGovernance[] = [];
afterEach(() => {
  for (const scratch of opened.splice(0)) scratch.remove();
});

const plain: LadderFacts = {
  canCap: true,
  traitOutput: undefined,
  images: { most: undefined, patch: undefined },
  shortened: undefined,
  pageTokens: undefined,
  countInput: () => undefined,
  needs: () => ({ reasons: false, thinkingTokens: undefined, isStructured: false }),
  usualOutput: () => undefined,
};

/** A model that writes up to 100,000 tokens. */
function large(maxOutputTokens: number | "unknown" = 100_000, contextTokens?: number): Target {
  const at = target();
  return {
    ...at,
    facts: {
      id: "gpt",
      prices: [{ fromMs: 0, price: plainPrice }],
      ...(maxOutputTokens !== "unknown" && { maxOutputTokens }),
      ...(contextTokens !== undefined && { contextTokens }),
    },
  };
}

type Asked = {
  readonly limits: (governance: ScratchGovernance) => readonly Limit[];
  /** Of the output, by the client. */
  readonly named?: number;
  readonly demand?: Partial<Demand>;
  readonly key?: Partial<VirtualKey>;
  readonly settings?: Partial<Settings>;
};

type More = { readonly signal?: AbortSignal; readonly worker?: number; readonly named?: number };

function prepared(asked: Asked) {
  const { limits, demand, key, settings } = asked;
  const governance = scratchGovernance();
  opened.push(governance);
  const own = governance.key(limits(governance), key);
  const request = ({ named = asked.named, ...more }: More = {}) =>
    governance.request({
      key: own,
      isOpen: named === undefined,
      demand: { ...(named !== undefined && { outputTokens: named }), ...demand },
      snapshot: { settings: settingsOf(settings) },
      ...more,
    });
  return { governance, request };
}

const dollars = (nanodollars: number) => (governance: ScratchGovernance) => [governance.limit(budget(nanodollars))];

async function refusedBy(reserved: Promise<Reservation>): Promise<GatewayError> {
  try {
    await reserved;
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new Error("Nothing was refused");
}

test("a request without a limit of its own holds the model's maximum where that is a sixteenth of what is left", async () => {
  const { request } = prepared({ limits: dollars(2_000_000_000) });
  const { cap, outputLimit } = await request().climb(large(), plain);
  expect([outputLimit, cap]).toEqual([100_000, undefined]);
});

test("a request without a limit of its own holds a sixteenth of what is left, and is told so", async () => {
  const { request } = prepared({ limits: dollars(160_000_000) });
  const { cap, costLimit } = await request().climb(large(), plain);
  expect([cap, costLimit]).toEqual([9900, 10_000_000]);
});

test("it holds what is generous where a sixteenth is less", async () => {
  const { request } = prepared({ limits: dollars(10_000_000) });
  expect((await request().climb(large(), plain)).cap).toBe(4096);
  const usual = { ...plain, usualOutput: () => 3000 };
  expect((await request().climb(large(), usual)).cap).toBe(5704);
});

test("a limit is added only under a hard limit, and where the model's own is larger or not known", async () => {
  const cases: readonly (readonly [Asked["limits"], Target, number | undefined])[] = [
    [dollars(10_000_000_000), large("unknown"), 32_768],
    [() => [], large("unknown"), undefined],
    [(governance) => [governance.limit(budget(50_000_000, "soft"))], large(), undefined],
    [(governance) => [governance.limit(budget(50_000_000, "warn"))], large("unknown"), undefined],
    [(governance) => [governance.limit(rate(1_000_000, "tokens"))], large("unknown"), undefined],
    [(governance) => [governance.limit({ ...rate(50_000, "tokens"), strict: true })], large(), 4096],
    [(governance) => [governance.limit(budget(320_000, "hard", "tokens"))], large(), 19_900],
  ];
  for (const [limits, at, cap] of cases) {
    const { request } = prepared({ limits });
    expect((await request().climb(at, plain)).cap).toBe(cap);
  }
});

test("an added limit leaves room for the input in the context", async () => {
  const { request } = prepared({ limits: dollars(160_000_000) });
  expect((await request().climb(large(100_000, 6100), plain)).cap).toBe(6000);
});

test("a limit that the client named is kept, and lowered only where the policy says so", async () => {
  const kept = prepared({ limits: dollars(20_000_000), named: 10_000 });
  const first = await kept.request().climb(large(), plain);
  expect([first.cap, first.outputLimit]).toEqual([undefined, 10_000]);
  expect((await refusedBy(kept.request().climb(large(), plain))).code).toBe("budget_busy");
  const lowered = prepared({ limits: dollars(20_000_000), named: 10_000, settings: { onTightBudget: "cap-any" } });
  expect((await lowered.request().climb(large(), plain)).cap).toBeUndefined();
  expect((await lowered.request().climb(large(), plain)).cap).toBe(4096);
  const own = prepared({ limits: dollars(20_000_000), named: 10_000, key: { onTightBudget: "cap-any" } });
  await own.request().climb(large(), plain);
  expect((await own.request().climb(large(), plain)).cap).toBe(4096);
});

test("the policy to refuse holds the model's maximum and lowers nothing", async () => {
  const { request } = prepared({ limits: dollars(150_000_000), settings: { onTightBudget: "refuse" } });
  const { cap, outputLimit } = await request().climb(large(), plain);
  expect([cap, outputLimit]).toEqual([undefined, 100_000]);
  expect((await refusedBy(request().climb(large(), plain))).code).toBe("budget_busy");
});

test("a tight limit goes down to the floor of what is asked for, and no further", async () => {
  const needs = (more: Partial<ReturnType<LadderFacts["needs"]>>, limit: number, settings: Partial<Settings> = {}) => {
    const { request } = prepared({ limits: dollars(limit), settings });
    const facts = { ...plain, needs: () => ({ ...plain.needs(), ...more }) };
    return request()
      .climb(large(), facts)
      .then(
        ({ cap }) => cap,
        (error: GatewayError) => error.code,
      );
  };
  expect(await needs({}, 2_000_000)).toBe(1900);
  expect(await needs({}, 1_124_000)).toBe(1024);
  expect(await needs({}, 1_123_999)).toBe("budget_exceeded");
  expect(await needs({ isStructured: true }, 9_000_000)).toBe(8192);
  expect(await needs({ isStructured: true }, 8_000_000)).toBe("budget_exceeded");
  expect(await needs({ reasons: true }, 26_000_000)).toBe(25_000);
  expect(await needs({ reasons: true }, 25_000_000)).toBe("budget_exceeded");
  expect(await needs({ reasons: true, thinkingTokens: 2000 }, 7_000_000)).toBe(6096);
  const minCappedTokens = { text: 10, tools: 20, reasoning: 30 };
  expect(await needs({}, 110_000, { minCappedTokens })).toBe(10);
});

test("a request waits for holds that end, and holds then what is generous", async () => {
  const { governance, request } = prepared({ limits: dollars(5_000_000) });
  const first = request();
  await first.climb(large(), plain);
  const second = request();
  const waits = second.climb(large(), plain, true);
  await governance.wait(1000);
  await first.close();
  await Promise.resolve();
  expect((await waits).cap).toBe(4096);
});

test("what another worker gives back is found with the next try", async () => {
  const { governance, request } = prepared({ limits: dollars(5_000_000) });
  const first = request({ worker: 1 });
  await first.climb(large(), plain);
  const waits = request().climb(large(), plain, true);
  await first.close();
  await governance.wait(25);
  expect((await waits).cap).toBe(4096);
});

test("who waits longest is served first, and who needs less may pass", async () => {
  const { request } = prepared({ limits: dollars(12_000_000), named: 10_000 });
  const order: string[] = [];
  const running = request();
  await running.climb(large(), plain);
  const ask = (name: string, asked = request()) =>
    asked.climb(large(), plain, true).then(() => {
      order.push(name);
      return asked;
    });
  const first = ask("first");
  const second = ask("second");
  const passing = request({ named: 50 });
  await passing.climb(large(), plain, true);
  expect(order).toEqual([]);
  await running.close();
  await (await first).close();
  await second;
  expect(order).toEqual(["first", "second"]);
});

test("after the wait a request takes what is there, or is told that others stand in the way", async () => {
  const { governance, request } = prepared({ limits: dollars(6_500_000) });
  await request().climb(large(), plain);
  const waits = request().climb(large(), plain, true);
  await governance.wait(2000);
  expect((await waits).cap).toBe(2204);
  const busy = refusedBy(request().climb(large(), plain, true));
  await governance.wait(2000);
  const { code, options, message, status } = await busy;
  expect([status, code]).toEqual([429, "budget_busy"]);
  expect(options).toMatchObject({ shouldRetry: true, retryAfterS: 2 });
  expect(message).toContain("no max_tokens: the model may write 100000 tokens");
});

test("nobody waits for money that is gone, nor where no time is given for it", async () => {
  const { request } = prepared({ limits: dollars(1_000_000) });
  const { code, message, options, status } = await refusedBy(request().climb(large(), plain, true));
  expect([status, code, options.shouldRetry]).toEqual([402, "budget_exceeded", false]);
  expect(message).toContain("max_tokens ≤ 900 fits now");
  expect(message).toContain("needed up to $0.1001 (no max_tokens: the model may write 100000 tokens");
  const hasty = prepared({ limits: dollars(4_500_000), settings: { budgetWaitMs: 0 } });
  await hasty.request().climb(large(), plain);
  expect((await refusedBy(hasty.request().climb(large(), plain, true))).code).toBe("budget_busy");
});

test("a client that leaves the line ends its request", async () => {
  const { governance, request } = prepared({ limits: dollars(5_000_000) });
  await request().climb(large(), plain);
  const client = new AbortController();
  const waits = refusedBy(request({ signal: client.signal }).climb(large(), plain, true));
  client.abort();
  await governance.wait(25);
  expect((await waits).code).toBe("client_closed");
});

test("no more than 256 wait in a worker", async () => {
  const { governance, request } = prepared({ limits: dollars(5_000_000) });
  await request().climb(large(), plain);
  const waiting = Array.from({ length: 256 }, () => refusedBy(request().climb(large(), plain, true)));
  expect((await refusedBy(request().climb(large(), plain, true))).code).toBe("budget_busy");
  await governance.wait(2000);
  expect(new Set((await Promise.all(waiting)).map(({ code }) => code))).toEqual(new Set(["budget_busy"]));
});

test("a token window holds what is likely, and a strict one what is possible", async () => {
  const limits = (strict: boolean) => (governance: ScratchGovernance) => [
    governance.limit({ ...rate(6000, "tokens"), strict }),
  ];
  const demand = { inputTokens: 250_000, textBytes: 4000 };
  const loose = prepared({ limits: limits(false), named: 500, demand });
  await loose.request().climb(large(), plain);
  const strict = prepared({ limits: limits(true), named: 500, demand });
  expect((await refusedBy(strict.request().climb(large(), plain))).code).toBe("rate_limited");
});

test("input that does not fit by its bytes is counted by the target's tokenizer", async () => {
  const { request } = prepared({
    limits: dollars(30_000_000),
    named: 100,
    demand: { inputTokens: 40_128, textBytes: 40_000 },
  });
  const counted = { ...plain, countInput: () => Promise.resolve({ textTokens: 10_000 }) };
  expect((await request().climb(large(), counted)).costLimit).toBe((10_128 + 100) * 1000);
  expect((await refusedBy(request().climb(large(), plain))).code).toBe("budget_exceeded");
});
