import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ask, twoProviders } from "../e2e/start-pair.ts";
import { startFakeProvider } from "../fake-provider/start-fake-provider.ts";
import { bunBinary } from "../harness/bun-binary.ts";
import { startHeadgate, testKey } from "../harness/start-headgate.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { createWallClock } from "../harness/wall-clock.ts";
import { expectInvariants } from "./invariants.ts";
import { startTraffic } from "./traffic.ts";

const clock = createWallClock();
if (clock === undefined) process.stdout.write("Moved clocks are skipped: they take Linux and a C compiler here\n");
const provider = await startFakeProvider();
const [minuteS, dayS] = [60, 86_400];
const limited = "hg-limited-0000000000000000000000000000000000000";
const config = {
  ...twoProviders(provider.url),
  virtual_keys: [
    { name: "test", value: testKey },
    // A handful of answers a day.
    { name: "limited", value: limited, budgets: [{ limit_tokens: 600, period: "1d", mode: "hard" }] },
  ],
};
const gateway =
  clock === undefined
    ? undefined
    : await startHeadgate({ workers: 2, config, env: clock.env, flags: ["--hang-timeout", "3s"] });
afterAll(async () => {
  await gateway?.stop();
  await provider.stop();
  clock?.remove();
});

describe.skipIf(clock === undefined)("an instance whose wall clock is set", () => {
  const running = () => gateway ?? expect.unreachable();
  const shift = (seconds: number) => clock?.shift(seconds);
  const get = (path: string, headers: { readonly [name: string]: string } = {}) =>
    fetch(running().url + path, { headers, signal: AbortSignal.timeout(10_000) });

  test("goes on serving with the same processes, and its account is right, however far and where to", async () => {
    const { pids, kill } = running();
    const before = pids();
    const traffic = startTraffic({ gateway: running, clients: 6, keys: [testKey] });
    try {
      for (const seconds of [5 * minuteS, -5 * minuteS, 0, dayS, -dayS, 9 * dayS, -9 * dayS, 0]) {
        shift(seconds);
        const { complete } = traffic.witness();
        const enough = complete.size + 20;
        await waitUntil(`answers at ${seconds} s`, () => complete.size > enough, 20_000);
        // Longer than a process may hang.
        if (Math.abs(seconds) === dayS) await Bun.sleep(4500);
        expect((await get("/readyz")).status).toBe(200);
      }
      expect(pids()).toEqual(before);
      shift(-dayS);
      await kill("worker");
      await kill("control");
      await waitUntil("successors", () => running().output().includes("control is back"), 20_000);
    } finally {
      shift(0);
      await traffic.stop();
    }
    const sentOn = (await provider.log()).length;
    const witness = traffic.witness();
    await expectInvariants(
      { gateway: running(), workers: 2, witness, sentOn, keys: [testKey], isClockMoved: true },
      30_000,
    );
    expect(witness.failed.size).toBe(0);
  }, 240_000);

  test("keeps a hard budget of the day when the clock goes back, and gives the next when it goes on", async () => {
    const chat = async () => {
      const headers = { authorization: `Bearer ${limited}` };
      const body = ask("oai/fake-gpt", "[[words:3]]", { max_tokens: 20 });
      const answer = await running().post("/v1/chat/completions", body, headers);
      await answer.arrayBuffer();
      return answer.status;
    };
    const useUp = async () => {
      let answered = 0;
      while ((await chat()) === 200) answered += 1;
      return answered;
    };
    expect(await useUp()).toBeGreaterThan(0);
    for (const seconds of [-5 * minuteS, -dayS, -6 * dayS, 0]) {
      shift(seconds);
      expect(await chat()).not.toBe(200);
    }
    shift(dayS);
    expect(await useUp()).toBeGreaterThan(0);
    shift(0);
    expect(await chat()).not.toBe(200);
  }, 240_000);

  test("ends and keeps sessions as the clock says, and nobody is signed in by a clock that goes back", async () => {
    const { adminToken, url } = running();
    const signIn = await fetch(`${url}/api/sessions`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: url },
      body: JSON.stringify({ token: adminToken }),
    });
    expect(signIn.status).toBeLessThan(300);
    const cookie = (signIn.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    const status = async () => (await get("/api/sessions", { cookie })).status;
    expect(await status()).toBe(200);
    shift(-5 * minuteS);
    expect(await status()).toBe(200);
    shift(400 * dayS);
    expect(await status()).toBe(401);
    shift(0);
  }, 240_000);

  test("never waits for the ledger's lock by the wall clock", async () => {
    const setBack = createWallClock({ setBackInWaits: true }) ?? expect.unreachable();
    const directory = mkdtempSync(join(tmpdir(), "headgate-lock-"));
    const script = `
      import { openLedgerAdmin } from "#ledger/admin";
      import { headerInt } from "#ledger/layout";
      import { acquireLock } from "#ledger/lock";
      import { prepareLedger } from "#ledger/prepare-ledger";
      const path = ${JSON.stringify(join(directory, "ledger"))};
      prepareLedger(path, { workers: 1, generation: 1 });
      const { file } = openLedgerAdmin(path, { role: "supervisor", generation: 1 });
      acquireLock(file, headerInt.lock);
      const before = performance.now();
      const taken = acquireLock(file, headerInt.lock);
      console.log(JSON.stringify({ taken, inTime: performance.now() - before < 5000 }));
    `;
    try {
      setBack.shift(dayS);
      const child = Bun.spawn([bunBinary(), "-e", script], {
        cwd: new URL("../..", import.meta.url).pathname,
        env: { ...process.env, ...setBack.env },
        stdout: "pipe",
        timeout: 20_000,
      });
      expect(JSON.parse((await child.stdout.text()) || '"no end"')).toEqual({ taken: false, inTime: true });
    } finally {
      setBack.remove();
      rmSync(directory, { recursive: true });
    }
  }, 240_000);
});
