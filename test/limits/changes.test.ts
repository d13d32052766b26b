import { expect, test } from "bun:test";
import type { RequestRecord } from "#core/record";
import { full } from "../e2e/start-pair.ts";
import { recordsIn } from "../harness/records-in.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { plain, usd, variants, worst } from "./bodies.ts";
import { burst, cycle } from "./burst.ts";
import type { Key } from "./limited-gateway.ts";
import { startMovedGateway } from "./moved-gateway.ts";

const gateway = await startMovedGateway(Date.now());
const { api, addKey, clock, holdBack, provider } = gateway;

const rounds = full ? 50 : 5;
const minuteMs = 60_000;
/** Of one request. */
const cost = worst.nanodollars;

test("a rotated key's old secret works until its grace ends, and counts as the same key", async () => {
  const key = await addKey({ name: "rotated", rate_limits: [{ requests: 20, per: "1h" }] });
  const stream = await holdBack(key);
  const { value: secret } = await api("POST", "/api/virtual-keys/rotated/rotate", { grace: "5m" });
  expect(await statuses(key, 4)).toEqual({ 200: 4 });
  expect(await statuses({ ...key, secret }, 5)).toEqual({ 200: 5 });
  clock.set(clock.nowMs() + 5 * minuteMs - 5000);
  expect(await statuses(key, 4)).toEqual({ 200: 4 });
  clock.set(clock.nowMs() + 6000);
  const late = await answers(key, 8);
  expect(late.map(({ status, headers }) => `${status} ${headers.get("x-headgate-error")}`)).toEqual(
    late.map(() => "401 expired_key"),
  );
  // 1 runs and 13 were admitted before.
  expect(await statuses({ ...key, secret }, 20)).toEqual({ 200: 6, 429: 14 });
  expect(await stream.finish()).toContain("[DONE]");
  expect((await api("GET", "/api/virtual-keys/rotated")).usage).toEqual({ requests: 20, running: 0 });
});

test("a key that is rotated without grace, or revoked, opens nothing once the call returned; its streams end", async () => {
  await api("POST", "/api/teams", { name: "losers", budgets: [{ limit_usd: 1, period: "1d" }] });
  for (const verb of ["rotate", "revoke"]) {
    const key = await addKey({ name: verb, team: "losers" });
    expect(await statuses(key, 40)).toEqual({ 200: 40 });
    const stream = await holdBack(key);
    if (verb === "rotate") await api("POST", "/api/virtual-keys/rotate/rotate", {});
    else await api("DELETE", "/api/virtual-keys/revoke");
    expect(await statuses(key, 40)).toEqual({ 401: 40 });
    expect(await stream.finish()).toContain("[DONE]");
    const [last] = (await recordsOf(verb, 41)).slice(-1);
    expect(last).toMatchObject({ outcome: "ok", cost, team: "losers" });
  }
  expect(await budgetOf("/api/teams/losers")).toMatchObject({ spent_usd: plain(82 * cost), held_usd: "0" });
});

test("a key that moves to another team while a stream runs is charged to the old one for it", async () => {
  for (const name of ["from", "into"]) await api("POST", "/api/teams", { name, budgets: [limited(10)] });
  const key = await addKey({ name: "moved", team: "from" });
  const stream = await holdBack(key);
  await api("PATCH", "/api/virtual-keys/moved", { team: "into" });
  expect(await statuses(key, 20)).toEqual({ 200: 10, 402: 10 });
  expect(await budgetOf("/api/teams/from")).toMatchObject({ spent_usd: "0", held_usd: plain(cost) });
  expect(await stream.finish()).toContain("[DONE]");
  expect(await budgetOf("/api/teams/from")).toMatchObject({ spent_usd: plain(cost), held_usd: "0" });
  expect(await budgetOf("/api/teams/into")).toMatchObject({ spent_usd: plain(10 * cost), held_usd: "0" });
  const teams = (await recordsOf("moved", 11)).map(({ team }) => team);
  expect(teams.filter((team) => team === "from")).toHaveLength(1);
});

test("a limit that is lowered below its use lets what runs finish and refuses the rest", async () => {
  const key = await addKey({ name: "lowered", budgets: [limited(10)], rate_limits: [{ concurrent: 8 }] });
  const running = burst(gateway, provider, [key.secret], { variants: cycle(variants, 8), usage: worst, gated: false });
  provider.close();
  await waitUntil("8 to run", () => provider.waiting() === 8);
  await api("PATCH", "/api/virtual-keys/lowered", { budgets: [limited(3)], rate_limits: [{ concurrent: 2 }] });
  const refused = await answers(key, 20);
  // What runs would take more than all of it.
  expect(count(refused)).toEqual({ 429: 20 });
  expect(refused[0]?.headers.get("x-should-retry")).toBe("true");
  provider.open();
  expect(count(await running)).toEqual({ 200: 8 });
  expect(await budgetOf("/api/virtual-keys/lowered")).toMatchObject({
    spent_usd: plain(8 * cost),
    limit_usd: plain(3 * cost),
    remaining_usd: "0",
    held_usd: "0",
  });
  expect((await answers(key, 1))[0]?.headers.get("x-should-retry")).toBe("false");
  await api("PATCH", "/api/virtual-keys/lowered", { budgets: [limited(100)] });
  const few = await burst(gateway, provider, [key.secret], {
    variants: cycle(variants, 40),
    usage: worst,
    gated: true,
  });
  expect(count(few)).toEqual({ 200: 2, 429: 38 });
});

test("a limit that is raised admits at once, on every worker, exactly what was added", async () => {
  const limits = (round: number) => ({
    budgets: [limited(5 * round)],
    rate_limits: [{ requests: 5 * round + 2, per: "1h" }],
  });
  const key = await addKey({ name: "raised", ...limits(1) });
  for (let round = 1; round <= rounds; round += 1) {
    if (round > 1) await api("PATCH", "/api/virtual-keys/raised", limits(round));
    expect([round, await statuses(key, 100)]).toEqual([round, { 200: 5, 402: 95 }]);
  }
  expect((await api("GET", "/api/virtual-keys/raised")).usage).toEqual({ requests: 5 * rounds, running: 0 });
});

test("an override holds from the call's return until its end, which comes by itself", async () => {
  const key = await addKey({ name: "overridden", budgets: [limited(5)] });
  expect(await statuses(key, 30)).toEqual({ 200: 5, 402: 25 });
  const path = `/api/budgets/${encodeURIComponent((await budgetOf("/api/virtual-keys/overridden")).id)}`;
  const override = (times: number, forMs: number) => ({
    limit_usd: usd(times * cost),
    until: new Date(clock.nowMs() + forMs).toISOString(),
  });
  await api("POST", `${path}/overrides`, override(12, minuteMs));
  expect(await statuses(key, 30)).toEqual({ 200: 7, 402: 23 });
  await api("POST", `${path}/overrides`, override(50, minuteMs));
  expect(await statuses(key, 3)).toEqual({ 200: 3 });
  clock.set(clock.nowMs() + minuteMs + 1);
  await waitUntil("the override to end", async () => (await statuses(key, 1))[402] === 1, 5000, 100);
  expect(await statuses(key, 30)).toEqual({ 402: 30 });
  expect((await api("GET", path)).override).toBeUndefined();
  await api("POST", `${path}/overrides`, override(1000, minuteMs));
  expect(await statuses(key, 1)).toEqual({ 200: 1 });
  await api("DELETE", `${path}/overrides`);
  expect(await statuses(key, 30)).toEqual({ 402: 30 });
});

test("an override ends in the workers while the control plane hangs", async () => {
  const key = await addKey({ name: "hanging", budgets: [limited(5)] });
  const path = `/api/budgets/${encodeURIComponent((await budgetOf("/api/virtual-keys/hanging")).id)}`;
  const until = clock.nowMs() + minuteMs;
  await api("POST", `${path}/overrides`, { limit_usd: usd(50 * cost), until: new Date(until).toISOString() });
  const stopped = await gateway.gateway.kill("control", 0, "SIGSTOP");
  try {
    expect(await statuses(key, 12)).toEqual({ 200: 12 });
    clock.set(until);
    expect(await statuses(key, 30)).toEqual({ 402: 30 });
  } finally {
    process.kill(stopped, "SIGCONT");
  }
  await waitUntil("the override to go", async () => (await api("GET", path)).override === undefined, 5000, 100);
  expect(await api("GET", path)).toMatchObject({ limit_usd: plain(5 * cost), spent_usd: plain(12 * cost) });
});

test("a top-up admits at once exactly what it adds", async () => {
  const key = await addKey({ name: "prepaid", budgets: [{ ...limited(4), period: "none" }] });
  expect(await statuses(key, 30)).toEqual({ 200: 4, 402: 26 });
  const path = `/api/budgets/${encodeURIComponent((await budgetOf("/api/virtual-keys/prepaid")).id)}/top-ups`;
  for (let round = 1; round <= rounds; round += 1) {
    await api("POST", path, { amount_usd: usd(round * cost) });
    expect([round, await statuses(key, 60)]).toEqual([round, { 200: round, 402: 60 - round }]);
  }
  await api("POST", path, { amount_usd: usd(9 * cost) });
  await api("POST", path, { amount_usd: `-${usd(7 * cost)}` });
  expect(await statuses(key, 30)).toEqual({ 200: 2, 402: 28 });
});

test("a team that is deleted while a stream of it runs takes its limits along, and leaves nothing to others", async () => {
  const key = await addKey({ name: "orphan", team: "doomed" });
  await api("POST", "/api/teams", { name: "doomed", budgets: [limited(1)], rate_limits: [{ requests: 1, per: "1h" }] });
  const stream = await holdBack(key);
  expect(await statuses(key, 10)).toEqual({ 429: 10 });
  expect((await gateway.gateway.admin("DELETE", "/api/teams/doomed")).status).toBe(409);
  await api("PATCH", "/api/virtual-keys/orphan", { team: null });
  await api("DELETE", "/api/teams/doomed");
  expect(await statuses(key, 10)).toEqual({ 200: 10 });
  // Others do not have its slot while it is held; one of the same name comes back to what was spent.
  const heirs = ["doomed", ...Array.from({ length: 10 }, (_, index) => `heir-${index}`)];
  for (const name of heirs) await api("POST", "/api/teams", { name, budgets: [limited(1)] });
  expect(await stream.finish()).toContain("[DONE]");
  for (const name of heirs)
    expect(await budgetOf(`/api/teams/${name}`)).toMatchObject({
      spent_usd: name === "doomed" ? plain(cost) : "0",
      held_usd: "0",
    });
  const records = await recordsOf("orphan", 11);
  expect(records.filter(({ team }) => team === "doomed")).toMatchObject([{ outcome: "ok", cost }]);
});

function limited(times: number): { readonly limit_usd: string; readonly period: string } {
  return { limit_usd: usd(times * cost), period: "1d" };
}

function answers(key: Key, times: number) {
  return burst(gateway, provider, [key.secret], { variants: cycle(variants, times), usage: worst, gated: false });
}

async function statuses(key: Key, times: number) {
  return count(await answers(key, times));
}

function count(all: readonly { readonly status: number }[]): { readonly [status: number]: number } {
  const counts: { [status: number]: number } = {};
  for (const { status } of all) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

async function budgetOf(path: string) {
  return (await api("GET", path)).budgets[0];
}

function recordsOf(keyName: string, times: number): Promise<readonly RequestRecord[]> {
  return waitUntil("the records", async () => {
    const own = (await recordsIn(gateway.gateway.dataDir)).filter((record) => record.keyName === keyName);
    return own.length >= times ? own : undefined;
  });
}
