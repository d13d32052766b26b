/**
 * `npm run bench`: Headgate beside a pooled nginx on the same upstreams, everything on, in turns. See bench/README.md.
 */
import { compare, type Line } from "./compare.ts";
import { describedPeer } from "./described-peer.ts";
import { startFloor } from "./floor.ts";
import { startHeadgateSubject } from "./headgate.ts";
import { describeMachine, ownCheckout } from "./machine.ts";
import { type Memory, measureMemory } from "./memory.ts";
import { readOptions } from "./options.ts";
import { peers, startPeer } from "./peers.ts";
import { writeResults } from "./results.ts";
import { type Row, rows } from "./rows.ts";
import type { Subject } from "./subject.ts";
import { startUpstreams } from "./upstreams.ts";

const options = readOptions(process.argv.slice(2));
const all = options.rows.length === 0;
const wanted = rows.filter(({ name }) => all || options.rows.includes(name));
const checkouts = [
  ...options.against.map((checkout) => ({ name: `headgate in ${checkout}`, checkout })),
  { name: "headgate", checkout: ownCheckout },
];

const known = options.peers ? [...peers, ...options.peerFiles.map(describedPeer)] : [];

const lines: Line[] = [];
const memory: Memory[] = [];
const upstreams = await startUpstreams();
const floor = await startFloor(upstreams);
const does = new Map([[floor.name, floor.does]]);
if (all || options.rows.includes("memory")) await runMemory();
const shared = wanted.filter(({ instance }) => instance === undefined);
if (shared.length > 0) await runRows(shared, {});
for (const row of wanted) if (row.instance !== undefined) await runRows([row], row.instance);
await floor.stop();
await upstreams.stop();

const now = new Date().toISOString();
// Only a whole run is worth keeping beside the code.
const isWhole = all && !options.trial && options.against.length === 0;
const kind = options.peers ? "-peers" : "";
const folder = isWhole ? "bench/results" : ".tmp/bench";
const name = isWhole ? `${now.slice(0, 10)}${kind}` : now.slice(0, 19).replaceAll(":", "");
const machine = describeMachine(checkouts);
print(writeResults(folder, name, { pace: options.pace, does: Object.fromEntries(does), lines, memory, machine }));

async function runRows(some: readonly Row[], instance: NonNullable<Row["instance"]>): Promise<void> {
  const gateways: Subject[] = [];
  try {
    for (const checkout of checkouts)
      gateways.push(await startHeadgateSubject({ ...checkout, ...instance }, upstreams));
    if (some === shared) gateways.push(...(await startPeers()));
    for (const gateway of gateways) does.set(gateway.name, gateway.does);
    for (const row of some) {
      print(`${row.name}: ${row.what} …`);
      lines.push(...(await compare(row, [floor, ...gateways], options.pace, upstreams.opened)));
    }
  } finally {
    for (const gateway of gateways) await gateway.stop();
  }
}

async function startPeers(): Promise<readonly Subject[]> {
  const started = [];
  for (const peer of known) started.push(await startPeer(peer, upstreams, options.installs));
  return started.filter((peer) => peer !== undefined);
}

/** One after the other, so that what two checkouts share in memory is not halved. */
async function runMemory(): Promise<void> {
  const starts = [
    ...checkouts.map((checkout) => () => startHeadgateSubject(checkout, upstreams)),
    ...known.map((peer) => () => startPeer(peer, upstreams, options.installs)),
  ];
  for (const start of starts) {
    const gateway = await start();
    if (gateway === undefined) continue;
    print(`memory: ${gateway.name} …`);
    try {
      memory.push(await measureMemory(gateway, options.memorySeconds));
    } finally {
      await gateway.stop();
    }
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
