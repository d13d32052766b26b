import { describe, expect, test } from "bun:test";
import type { Snapshot } from "#core/snapshot";
import { contentOf, delta, full, hashOf, onTheWire, release } from "./fixtures/channel-ends";
import { parseControlMessage, type SnapshotMessage } from "./messages";
import { type Held, receive } from "./receive";
import { snapshotSections } from "./sections";
import { encodeSnapshot } from "./series";

const names = (count: number, letter: string) => Array.from({ length: count }, (_, index) => `${letter}${index}`);
const sections = snapshotSections();
const before: Snapshot = { ...contentOf(["a1", "z"]), sequence: 5 };

function linesOf(message: SnapshotMessage): readonly string[] {
  return Buffer.concat([...encodeSnapshot(message, release)])
    .toString()
    .trimEnd()
    .split("\n");
}

/** What a worker holds after each line, and what it answers. */
function hearAll(lines: readonly string[], first: Held) {
  let held = first;
  return lines.map((line) => {
    const message = parseControlMessage(line);
    if (message === undefined) throw new Error(`No message: ${line}`);
    const { snapshot = held.current, staged, reply } = receive(message, held, sections, release);
    held = { current: snapshot, staged };
    return { snapshot, reply };
  });
}

describe("encodeSnapshot()", () => {
  test("sends what is small as one message, in the form that it always had", () => {
    for (const message of [full(1, names(50, "a")), delta(2, ["b"], ["a1"])]) {
      const lines = linesOf(message);
      expect(lines.length).toBe(1);
      expect(JSON.parse(lines[0] ?? "")).toEqual(onTheWire(message));
    }
  });

  test("cuts many keys into a series that a worker goes by when it is whole", () => {
    const lines = linesOf(full(6, names(3000, "a")));
    expect(lines.length).toBeGreaterThan(4);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(150_000);
    const heard = hearAll(lines, { current: before });
    const last = heard.pop();
    expect(heard.map(({ reply }) => reply)).toEqual(heard.map(() => undefined));
    expect(heard.every(({ snapshot }) => snapshot === before)).toBe(true);
    expect(last?.reply).toEqual({ type: "ack", sequence: 6 });
    const { virtualKeys = new Map(), sequence, ...rest } = last?.snapshot ?? {};
    const { virtualKeys: expected, ...others } = contentOf(names(3000, "a"));
    expect(new Map(virtualKeys)).toEqual(new Map(expected));
    expect([sequence, rest]).toEqual([6, others]);
  });

  test("cuts a delta likewise", () => {
    const heard = hearAll(linesOf(delta(6, names(2000, "a"), ["a1", "z"])), { current: before });
    expect(heard.length).toBeGreaterThan(3);
    expect(before.virtualKeys.size).toBe(2);
    const keys = heard.at(-1)?.snapshot?.virtualKeys;
    expect([...(keys?.keys() ?? [])].sort()).toEqual(names(2000, "a").map(hashOf).sort());
  });
});

describe("a series", () => {
  const lines = linesOf(full(6, names(3000, "a")));

  test("that a worker cannot read is refused once, and leaves what it has", () => {
    const broken = lines.map((line, part) => (part === 2 ? line.replace('"shards":[', '"shards":[1,') : line));
    const heard = hearAll(broken, { current: before });
    expect(heard.flatMap(({ reply }) => reply ?? [])).toMatchObject([{ type: "refused", sequence: 6 }]);
    expect(heard.at(-1)?.snapshot).toBe(before);
  });

  test("that lost its beginning changes nothing", () => {
    expect(hearAll(lines.slice(1), { current: before }).at(-1)).toEqual({ snapshot: before, reply: undefined });
  });

  test("of a delta that does not follow on what the worker has makes it ask for the whole, once", () => {
    const heard = hearAll(linesOf(delta(9, names(2000, "a"))), { current: before });
    expect(heard.flatMap(({ reply }) => reply ?? [])).toEqual([{ type: "resync" }]);
    expect(heard.at(-1)?.snapshot).toBe(before);
  });
});
