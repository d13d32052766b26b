import { join } from "node:path";
import { freePort } from "../../test/harness/free-port.ts";
import { pick } from "../../test/harness/pick.ts";
import { startHeadgate, testKey } from "../../test/harness/start-headgate.ts";
import { cpuUs } from "./processes.ts";
import { shotOf } from "./questions.ts";
import type { Process, Question, Subject } from "./subject.ts";
import type { Upstreams } from "./upstreams.ts";

export type HeadgateSetup = {
  readonly name: string;
  /** Another checkout to measure; this one where it is left out. */
  readonly checkout?: string;
  readonly workers?: number;
  /** Virtual keys, besides the one with limits. */
  readonly keys?: number;
};

/** Of very many keys only so many are used in turns. */
const usedKeys = 1000;
const limitedKey = keyOf("limited");
const streamShapes = ["200x5", "200x50", "20x5", "100000x250"] as const;

/** Starts Headgate with everything on: virtual keys, holds, journal, bodies in the log, metrics. */
export async function startHeadgateSubject(setup: HeadgateSetup, upstreams: Upstreams): Promise<Subject> {
  const { name, checkout, workers = 1, keys = 10 } = setup;
  const many = Array.from({ length: keys }, (_, index) => keyOf(String(index)));
  // Only the control process knows what waits in the journal.
  const control = `127.0.0.1:${await freePort()}`;
  const headgate = await startHeadgate({
    config: configFor(upstreams, many),
    workers,
    flags: ["--log-level", "warn", "--admin-listen", control],
    env: { NODE_EXTRA_CA_CERTS: upstreams.certificateFile },
    ...(checkout !== undefined && { program: join(checkout, "src/main.ts") }),
  });
  const { pids: processes } = headgate;
  const step = Math.max(1, Math.floor(keys / usedKeys));
  const secrets = { limited: [limitedKey], many: many.filter((_, index) => index % step === 0) } as const;
  return {
    name,
    url: headgate.url,
    processes,
    shots: (question) =>
      (question.key === undefined ? [testKey] : secrets[question.key]).map((key) => {
        const model = `${providerOf(question)}/bench`;
        return shotOf(question, { model, headers: { authorization: `Bearer ${key}` } });
      }),
    settled: () => untilIngested(`http://${control}/readyz`, processes),
    does: "client keys, holds and settling, a journaled record a request, bodies in the log, prices, metrics, health of targets; no cluster (there is none yet to switch)",
    stop: async () => void (await headgate.stop()),
  };
}

/**
 * Waits until the journal is empty and the processes are quiet: what is put off until after the answers is part of their
 * price.
 */
async function untilIngested(readiness: string, processes: () => readonly Process[]): Promise<void> {
  const deadline = performance.now() + 60_000;
  for (let quiet = 0; quiet < 2; ) {
    const before = cpuUs(processes());
    await Bun.sleep(400);
    const share = (cpuUs(processes()) - before) / 400_000;
    const backlog = pick(await (await fetch(readiness)).json(), "journal_backlog");
    quiet = share < 0.06 && pick(backlog, "records") === 0 && pick(backlog, "bytes") === 0 ? quiet + 1 : 0;
    if (performance.now() < deadline) continue;
    throw new Error(
      `Cannot bench: after a minute ${share} of a core is used and ${JSON.stringify(backlog)} is waiting`,
    );
  }
}

function configFor(upstreams: Upstreams, keys: readonly string[]) {
  const budget = { limit_usd: 1_000_000, period: "1d" };
  const rate = { requests: 100_000_000, per: "1m" };
  return {
    providers: Object.fromEntries(
      ["whole" as const, "tls" as const, ...streamShapes].flatMap((upstream) =>
        (["openai-chat", "anthropic-messages"] as const).map((dialect) => [
          `${dialect}-${upstream}`,
          {
            dialect,
            base_url: `${upstream === "whole" || upstream === "tls" ? upstreams[upstream] : `${upstreams.streams}/${upstream}`}/v1`,
            keys: [{ name: "k", value: "bench-secret" }],
            models: [{ id: "bench", price: { input: 0.5, output: 1.5 } }],
          },
        ]),
      ),
    ),
    teams: [{ name: "limited", budgets: [budget], rate_limits: [rate] }],
    virtual_keys: [
      { name: "test", value: testKey },
      {
        name: "limited",
        value: limitedKey,
        team: "limited",
        budgets: [budget, { limit_tokens: 1_000_000_000_000, period: "1d" }],
        rate_limits: [{ tokens: 1_000_000_000_000, per: "1m" }, { concurrent: 8000 }],
      },
      ...keys.map((value, index) => ({ name: `key-${index}`, value })),
    ],
  };
}

function providerOf({ provider, upstream }: Question): string {
  return `${provider}-${upstream}`;
}

/** The same in every run, so that two checkouts can be asked alike. */
function keyOf(name: string): string {
  return `hg-${new Bun.CryptoHasher("sha256").update(name).digest("hex")}`;
}
