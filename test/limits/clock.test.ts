import { expect, test } from "bun:test";
import type { RequestRecord } from "#core/record";
import { recordsIn } from "../harness/records-in.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { chargesBySlot, ledgerAccount } from "./account.ts";
import { bodyOf, plain, usd, variants, worst } from "./bodies.ts";
import { burst, cycle } from "./burst.ts";
import type { Key } from "./limited-gateway.ts";
import { startMovedGateway } from "./moved-gateway.ts";

const hourMs = 3_600_000;
const gateway = await startMovedGateway(Date.parse("2027-02-10T10:20:00Z"));
const { api, addKey, ask, clock, holdBack, provider } = gateway;

const k = 25;
const enough = { limit_usd: usd(k * worst.nanodollars) };

type Turn = { readonly budget: { readonly period: string; readonly time_zone?: string; readonly align?: string } } & (
  | { readonly at: string }
  /** When the budget is made, and when its first period then ends. */
  | { readonly madeAt: string; readonly at: string }
);

const inZone = (zone: string, period: string, at: string): Turn => ({ budget: { period, time_zone: zone }, at });
const turns: readonly Turn[] = [
  inZone("America/New_York", "1mo", "2027-03-01T00:00:00-05:00"),
  // The end of a day of 23 hours.
  inZone("Europe/Berlin", "1d", "2027-03-29T00:00:00+02:00"),
  // The end of a month with an hour more.
  inZone("Europe/Berlin", "1mo", "2027-11-01T00:00:00+01:00"),
  inZone("Asia/Kolkata", "1y", "2028-01-01T00:00:00+05:30"),
  { budget: { period: "1mo", align: "creation" }, madeAt: "2028-01-31T12:34:00Z", at: "2028-02-29T12:34:00Z" },
  // After a leap day.
  inZone("Asia/Kolkata", "1mo", "2028-03-01T00:00:00+05:30"),
  // The beginning of a day of 25 hours, and its end.
  inZone("America/New_York", "1d", "2028-11-05T00:00:00-04:00"),
  inZone("America/New_York", "1d", "2028-11-06T00:00:00-05:00"),
];

test("the clock jumps an hour to and fro under load: a period's limit holds, and no period comes back", async () => {
  const hourly = await addKey({ name: "hourly", budgets: [{ ...enough, period: "1h" }] });
  const prepaid = await addKey({ name: "prepaid", budgets: [{ ...enough, period: "none" }] });
  const rated = await addKey({ name: "rated", rate_limits: [{ requests: k, per: "1h" }] });
  const load = startLoad([hourly, prepaid, rated]);
  const startedMs = clock.nowMs();
  for (const [hours, hourlyAdmitted] of [
    [0, k],
    [1, 2 * k],
    [0, 2 * k],
    [-1, 2 * k],
    [1, 2 * k],
    [2, 3 * k],
    [1, 3 * k],
  ] as const) {
    clock.set(startedMs + hours * hourMs);
    await load.turnedDown(hourlyAdmitted);
    expect([hours, ...load.admitted()]).toEqual([hours, hourlyAdmitted, k, k]);
    await waitUntil("nothing to run", async () => (await budgetOf(hourly)).held_usd === "0");
    expect(await budgetOf(hourly)).toMatchObject({ spent_usd: plain(k * worst.nanodollars) });
  }
  await load.stop();
  expect(await perPeriod("hourly", 3 * k)).toEqual([k, k, k]);
}, 240_000);

for (const turn of turns) {
  const { at, budget } = turn;
  const cut = budget.time_zone ?? "its own time";
  test(`a budget of ${budget.period} in ${cut} turns at ${at}, under load and though the clock goes back`, async () => {
    clock.set(Date.parse("madeAt" in turn ? turn.madeAt : at) - ("madeAt" in turn ? 0 : 30_000));
    const name = `turning ${at}`;
    const key = await addKey({ name, budgets: [{ ...enough, ...budget }] });
    const late = await addKey({ name: `late ${at}`, budgets: [{ ...enough, ...budget }] });
    const turnMs = Date.parse((await budgetOf(key)).resets_at);
    // What is made at a time takes a moment.
    expect(turnMs - Date.parse(at)).toBeWithin(0, "madeAt" in turn ? 5000 : 1);
    clock.set(turnMs - 30_000);
    const stream = await holdBack(late);
    const load = startLoad([key]);
    await load.turnedDown(k);
    expect(load.admitted()).toEqual([k]);
    clock.set(turnMs - 300);
    await waitUntil("the period to turn", () => clock.nowMs() > turnMs + 50, 5000, 10);
    await load.turnedDown(2 * k);
    clock.set(turnMs - 10_000);
    await load.turnedDown(2 * k);
    expect(load.admitted()).toEqual([2 * k]);
    await load.stop();
    clock.set(turnMs + 20_000);
    expect(await perPeriod(name, 2 * k)).toEqual([k, k]);
    // It began before the turn: it is charged there.
    expect(await stream.finish()).toContain("[DONE]");
    expect(await budgetOf(late)).toMatchObject({
      spent_usd: "0",
      held_usd: "0",
      previous: { spent_usd: plain(worst.nanodollars) },
    });
  }, 240_000);
}

test("a stream that outlives two periods is charged, and leaves nothing held", async () => {
  const key = await addKey({ name: "outliving", budgets: [{ ...enough, period: "1h" }] });
  const stream = await holdBack(key);
  for (let hour = 0; hour < 3; hour += 1) {
    const answers = await burst(gateway, provider, [key.secret], {
      variants: cycle(variants, k),
      usage: worst,
      gated: false,
    });
    // In the first period the stream takes a place.
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(hour === 0 ? k - 1 : k);
    clock.set(clock.nowMs() + hourMs);
  }
  expect(await stream.finish()).toContain("[DONE]");
  await perPeriod("outliving", 3 * k);
  const records = await recordsIn(gateway.gateway.dataDir);
  const charges = chargesBySlot(records);
  const { charged, leftOver } = ledgerAccount(gateway.gateway.dataDir, charges.keys());
  expect(leftOver).toEqual([]);
  expect(charged).toEqual(charges);
});

test("a rate limit of a minute takes no notice of a clock that jumps a day", async () => {
  const { secret } = await addKey({ name: "minute", rate_limits: [{ requests: k, per: "1m" }] });
  const startedMs = clock.nowMs();
  let admitted = 0;
  for (const days of [0, 1, -1, 31, 0]) {
    clock.set(startedMs + days * 24 * hourMs);
    const answers = await burst(gateway, provider, [secret], {
      variants: cycle(variants, 40),
      usage: worst,
      gated: false,
    });
    admitted += answers.filter(({ status }) => status === 200).length;
    expect([days, admitted]).toEqual([days, k]);
    for (const { headers } of answers.filter(({ status }) => status === 429))
      expect(Number(headers.get("retry-after"))).toBeWithin(30, 65);
  }
});

/** Clients that ask with each key without end. */
function startLoad(keys: readonly Key[]) {
  const admitted = keys.map(() => 0);
  const refused = keys.map(() => 0);
  let stopped = false;
  const client = async (index: number) => {
    for (let turn = index; !stopped; turn += 1) {
      const at = turn % keys.length;
      const variant = variants[turn % variants.length];
      const key = keys[at];
      if (variant === undefined || key === undefined) return;
      const response = await ask(key.secret, variant.path, bodyOf(variant, worst));
      await response.text();
      if (response.status === 200) admitted[at] = (admitted[at] ?? 0) + 1;
      else if (response.status === 402 || response.status === 429) refused[at] = (refused[at] ?? 0) + 1;
      else throw new Error(`unexpected status ${response.status}`);
      await Bun.sleep(2);
    }
  };
  const running = Promise.all(Array.from({ length: 16 }, (_, index) => client(index)));
  return {
    admitted: () => [...admitted],
    /** Until the first key has been admitted so often, and then every key has been refused a while. */
    turnedDown: async (count: number) => {
      await Promise.race([running, waitUntil(`${count} admissions`, () => (admitted[0] ?? 0) >= count, 15_000, 5)]);
      const before = [...refused];
      const isRefused = (now: number, index: number) => now >= (before[index] ?? 0) + 30;
      await waitUntil("refusals", () => refused.every(isRefused), 15_000, 5);
    },
    stop: async () => {
      stopped = true;
      await running;
    },
  };
}

async function budgetOf({ id }: Key) {
  return (await api("GET", `/api/virtual-keys/${id}`)).budgets[0];
}

/** How many records of a key charge its budget in each of its periods. */
async function perPeriod(keyName: string, count: number): Promise<readonly number[]> {
  const records = await waitUntil("the records", async () => {
    const own = (await recordsIn(gateway.gateway.dataDir)).filter((record) => record.keyName === keyName);
    return own.length >= count ? own : undefined;
  });
  const periodOf = ({ charges }: RequestRecord) => charges.find(({ period }) => period > 0)?.period ?? 0;
  const sums = new Map<number, number>();
  for (const record of records) sums.set(periodOf(record), (sums.get(periodOf(record)) ?? 0) + 1);
  return [...sums].sort(([a], [b]) => a - b).map(([, sum]) => sum);
}
