// What a snapshot of a hundred thousand virtual keys costs both ends of the channel: bun bench/snapshot.ts [keys]
// Once with keys that are configured alike, once with keys that each have a budget of their own.

import { contentChanges, writeContent } from "#channel/content";
import { parseControlMessage, type SnapshotMessage } from "#channel/messages";
import { type Held, receive } from "#channel/receive";
import { snapshotSections } from "#channel/sections";
import { encodeSnapshot } from "#channel/series";
import { createIdSource } from "#core/ids";
import { type KeyProfile, keyOf } from "#core/key-profile";
import { KeyTable } from "#core/key-table";
import type { Snapshot, SnapshotContent, VirtualKey } from "#core/snapshot";
import { hashSecret } from "#core/virtual-key";

import { compileKeyProfile, compileSettings } from "#snapshot/compile";

const count = Number(process.argv[2] ?? 100_000);
const release = { version: "bench", protocol: 1 };

/** The median of five runs, by processor time: that of all threads. */
function measure<T>(what: string, work: () => T): T {
  const times: number[] = [];
  let result = work();
  for (let run = 0; run < 5; run++) {
    Bun.gc(true);
    const start = process.cpuUsage();
    result = work();
    const { user, system } = process.cpuUsage(start);
    times.push((user + system) / 1000);
  }
  const [, , median = 0] = times.sort((left, right) => left - right);
  show(what, `${median.toFixed(1)} ms`);
  return result;
}

function show(what: string, value: string): void {
  process.stdout.write(`  ${what.padEnd(42)} ${value.padStart(11)}\n`);
}

const sections = snapshotSections();
let longestMs = 0;

/** Reads the lines of a message as a worker does, and notes how long the longest took. */
function read(lines: readonly string[], current: Snapshot | undefined): Snapshot {
  let held: Held = { current };
  longestMs = 0;
  for (const line of lines) {
    const startMs = performance.now();
    const message = parseControlMessage(line);
    const received = message && receive(message, held, sections, release);
    longestMs = Math.max(longestMs, performance.now() - startMs);
    if (received === undefined) throw new Error("Cannot read a line of the snapshot");
    held = { current: received.snapshot ?? held.current, staged: received.staged };
  }
  if (held.current === undefined) throw new Error("Cannot read the snapshot");
  return held.current;
}

function run(name: string, specOf: (index: number) => Parameters<typeof compileKeyProfile>[0]): void {
  process.stdout.write(`${name}\n`);
  const planned = new Map<object, KeyProfile>();
  let slots = 0;
  const newSlot = () => ({ index: slots++, tag: slots });
  const make = (id: string, index: number): VirtualKey => {
    const spec = specOf(index);
    const profile = planned.get(spec) ?? compileKeyProfile(spec);
    planned.set(spec, profile);
    const limitSlots = profile.limits.map(newSlot);
    return keyOf(profile, { id, name: `key-${index}`, slot: newSlot(), limitSlots });
  };
  const ids = Array.from({ length: count }, createIdSource(Date.now));
  const virtualKeys = new Map(ids.map((id, index) => [hashSecret(id), make(id, index)]));
  const nothing = new Map<string, never>();
  const content: SnapshotContent = {
    settings: compileSettings({}),
    virtualKeys: KeyTable.of(virtualKeys),
    routes: nothing,
    providers: nothing,
    teams: new Map([["t", { name: "t", limits: [] }]]),
    customers: nothing,
    limits: [],
    prices: [],
  };
  const encode = (message: SnapshotMessage) =>
    Array.from(encodeSnapshot(message, release), (line) => new TextDecoder().decode(line));
  const lines = measure("whole: encoded", () =>
    encode({ type: "full", sequence: 1, parts: writeContent(sections, content) }),
  );
  const snapshot = measure("whole: read by a worker", () => read(lines, undefined));
  show(`the longest of ${lines.length} lines`, `${longestMs.toFixed(1)} ms`);
  const [first = ""] = virtualKeys.keys();
  const changed = new Map([[first, make(ids[0] ?? "", 1)]]);
  const next = { ...content, virtualKeys: KeyTable.of(content.virtualKeys).with(changed, []) };
  const changes = measure("one key: difference", () => contentChanges(sections, content, next));
  const delta = encode({ type: "delta", sequence: 2, parts: changes });
  measure("one key: read by a worker", () => read(delta, snapshot));
  measure("every key read once", () => {
    const fresh = read(lines, undefined).virtualKeys;
    return [...virtualKeys.keys()].filter((hash) => fresh.get(hash)?.active).length;
  });
  show("bytes a key", (lines.reduce((bytes, { length }) => bytes + length, 0) / count).toFixed(0));
}

const rateLimits = { team: "t", rate_limits: [{ requests: 600, per: "1m" }] };
const alike = { ...rateLimits, budgets: [{ limit_usd: "10", period: "1d" }] };
run(`${count} keys, configured alike`, () => alike);
run(`${count} keys, each with its own budget`, (index) => ({
  ...rateLimits,
  budgets: [{ limit_usd: `${index + 1}`, period: "1d" }],
}));
