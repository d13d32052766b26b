import { flakyModels } from "../crash/failing-providers.ts";
import { type Account, expectInvariants } from "../crash/invariants.ts";
import { joined, startTraffic } from "../crash/traffic.ts";
import { pairs } from "../e2e/start-pair.ts";
import type { Fault, Undo } from "./fault.ts";
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

/** In the order of the plan, none before its moment. What takes longer makes the next late, but moves none before another. */
async function playEvents(
  { events, durationMs }: Round,
  faults: ReadonlyMap<string, Fault>,
  world: World,
  tally: Tally,
): Promise<void> {
  const undos = new Map<number, Undo>();
  const begunMs = performance.now();
  const untilMs = (atMs: number) => Bun.sleep(Math.max(0, atMs - (performance.now() - begunMs)));
  const play = async (event: Event): Promise<void> => {
    if (event.kind === "undo") {
      const undo = undos.get(event.number);
      undos.delete(event.number);
      await undo?.(world);
      return;
    }
    const fault = faults.get(event.fault);
    if (fault === undefined) throw new Error(`Nobody knows the fault "${event.fault}"`);
    const nowMs = performance.now() - begunMs;
    world.tell(`${seconds(nowMs)} s (planned ${seconds(event.atMs)}): ${event.fault}`);
    tally.faults.set(event.fault, (tally.faults.get(event.fault) ?? 0) + 1);
    if (fault.lastsMs === undefined) return fault.act(world, event.draw);
    const undo = await fault.begin(world, event.draw);
    if (undo !== undefined) undos.set(event.number, undo);
  };
  try {
    for (const event of events) {
      await untilMs(event.atMs);
      await play(event);
    }
    await untilMs(durationMs);
  } finally {
    for (const undo of undos.values()) await undo(world);
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
