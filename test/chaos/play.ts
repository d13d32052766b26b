import { flakyModels } from "../crash/failing-providers.ts";
import { type Account, expectInvariants } from "../crash/invariants.ts";
import { joined, startTraffic } from "../crash/traffic.ts";
import { pairs } from "../e2e/start-pair.ts";
import type { Fault } from "./fault.ts";
import type { Event, Life, Round } from "./schedule.ts";
import { startWatch } from "./watch.ts";
import { chaosKeys, type World, workers } from "./world.ts";

export type Tally = {
  readonly faults: Map<string, number>;
  begun: number;
  complete: number;
  refused: number;
  failed: number;
  broken: number;
  records: number;
  interrupted: number;
  mostMegabytes: number;
};

export function emptyTally(): Tally {
  const zero = {
    begun: 0,
    complete: 0,
    refused: 0,
    failed: 0,
    broken: 0,
    records: 0,
    interrupted: 0,
    mostMegabytes: 0,
  };
  return { faults: new Map(), ...zero };
}

const models = [...pairs, ...flakyModels, { path: "/v1/chat/completions", model: "demo/echo" }];
const settleMs = 45_000;

/** Plays the rounds of one data directory. Throws with all that does not hold. */
export async function playLife(life: Life, faults: readonly Fault[], world: World, tally: Tally): Promise<void> {
  const byName = new Map(faults.map((fault) => [fault.name, fault]));
  await world.start();
  let account: Account | undefined;
  for (const round of life.rounds) account = await playRound(round, byName, world, tally);
  const { begun, complete, refused, failed, broken } = joined(world.witnesses);
  tally.begun += begun;
  tally.complete += complete.size;
  tally.refused += refused.size;
  tally.failed += failed.size;
  tally.broken += broken;
  tally.records += account?.records ?? 0;
  tally.interrupted += account?.interrupted ?? 0;
}

async function playRound(
  round: Round,
  faults: ReadonlyMap<string, Fault>,
  world: World,
  tally: Tally,
): Promise<Account> {
  const traffic = startTraffic({
    gateway: world.gateway,
    clients: round.clients,
    leaving: 0.1,
    prompt: "[[words:20]] [[delay:3]]",
    keys: chaosKeys,
    models,
    patienceMs: 20_000,
  });
  const watch = startWatch(world);
  try {
    await playEvents(round, faults, world, tally);
  } finally {
    await traffic.stop();
    world.witnesses.push(traffic.witness());
  }
  const { problems, mostMegabytes } = await watch.stop();
  const settlingMs = performance.now();
  await world.mendLedger();
  tally.mostMegabytes = Math.max(tally.mostMegabytes, mostMegabytes);
  const account = await expectInvariants(
    {
      gateway: world.gateway(),
      workers,
      witness: joined(world.witnesses),
      sentOn: await world.sentOn(),
      keys: chaosKeys,
      lostLogs: world.lostLogs,
      areWindowsForgotten: world.facts.isLedgerLost,
      isClockMoved: world.facts.isClockMoved,
    },
    settleMs,
  );
  world.tell(`all holds, found after ${seconds(performance.now() - settlingMs)} s`);
  const found = [...problems, ...(await apiProblems(world))];
  if (found.length > 0) throw new Error(found.join("\n"));
  return account;
}

/**
 * In the order of the plan, none before its moment. What takes longer makes the next late, but moves none before another. What
 * lasts is undone when its time is over, whatever else goes on then.
 */
async function playEvents(
  { events, durationMs }: Round,
  faults: ReadonlyMap<string, Fault>,
  world: World,
  tally: Tally,
): Promise<void> {
  const begunMs = performance.now();
  const untilMs = (atMs: number) => Bun.sleep(Math.max(0, atMs - (performance.now() - begunMs)));
  const undoing: Promise<void>[] = [];
  const play = async ({ atMs, fault: name, draw }: Event): Promise<void> => {
    const fault = faults.get(name);
    if (fault === undefined) throw new Error(`Nobody knows the fault "${name}"`);
    world.tell(`${seconds(performance.now() - begunMs)} s (planned ${seconds(atMs)}): ${name}`);
    tally.faults.set(name, (tally.faults.get(name) ?? 0) + 1);
    if (fault.lastsMs === undefined) return fault.act(world, draw);
    const undo = await fault.begin(world, draw);
    if (undo !== undefined) undoing.push(Bun.sleep(draw.forMs).then(() => undo(world)));
  };
  try {
    for (const event of events) {
      await untilMs(event.atMs);
      await play(event);
    }
    await untilMs(durationMs);
  } finally {
    await Promise.all(undoing);
  }
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}

/** The audit chain is whole, and what was acknowledged over the API is there. */
async function apiProblems(world: World): Promise<readonly string[]> {
  const gateway = world.gateway();
  const verdict = await (await gateway.admin("GET", "/api/audit/verify")).text();
  const names = new Set<string>();
  for (let after: string | undefined; ; ) {
    const query = after === undefined ? "" : `&after=${after}`;
    const page = JSON.parse(await (await gateway.admin("GET", `/api/virtual-keys?limit=100${query}`)).text());
    for (const { name } of page.data) names.add(name);
    if (page.next === undefined) break;
    after = page.next;
  }
  const lost = world.madeKeys.filter((name) => !names.has(name));
  return [
    ...(verdict.includes('"ok":true') ? [] : [`the audit chain is not whole: ${verdict}`]),
    ...(lost.length === 0 ? [] : [`virtual keys that were acknowledged are gone: ${lost.join(", ")}`]),
  ];
}
