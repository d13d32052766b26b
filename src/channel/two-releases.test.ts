import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ChannelEnds, contentOf, delta, full, hashOf, onTheWire, release } from "./fixtures/channel-ends";
import { encodeWorkerMessage, parseControlMessage, parseWorkerMessage, type SnapshotMessage } from "./messages";
import { receive } from "./receive";
import { snapshotSections } from "./sections";

const newer = { version: "2.0.0", protocol: 2 };
const sections = snapshotSections();
const snapshot = { ...contentOf(["a", "b"]), sequence: 5 };

function fixture(name: string): readonly string[] {
  return readFileSync(join(import.meta.dir, "fixtures", name), "utf8")
    .trim()
    .split("\n");
}

/** What a worker of `release` with `snapshot` does with a line. */
function hear(line: string) {
  const message = parseControlMessage(line);
  if (message === undefined) throw new Error(`No message: ${line}`);
  return receive(message, { current: snapshot }, sections, release);
}

describe("a worker under a control plane of another release", () => {
  test("keeps its snapshot, is named by publish(), and stops serving keys that end", async () => {
    using ends = new ChannelEnds();
    const socket = ends.socketPath();
    const first = ends.serve(socket, () => full(5, ["a", "b", "c"]));
    const { client, next, when } = ends.connect(socket);
    await next(5);
    first.close();

    // "c" was revoked, and nobody could tell the worker.
    const server = ends.serve(socket, () => full(6, ["a", "b"]), {
      release: newer,
      servedKeys: () => [hashOf("a"), hashOf("b")],
    });
    const left = (await when(({ virtualKeys }) => virtualKeys.size === 2)).virtualKeys;
    expect([...left.keys()].sort()).toEqual([hashOf("a"), hashOf("b")]);
    const outdated = { worker: 0, version: "1.0.0", refusal: expect.stringContaining("protocol 1") };
    expect(await server.publish(delta(7, ["d"]))).toMatchObject([outdated]);
    expect(client.current()).toMatchObject({ sequence: 5 });
    expect(client.current()?.virtualKeys.has(hashOf("d"))).toBe(false);

    expect(await server.publish(delta(8, [], ["b"]), () => [hashOf("b")])).toMatchObject([outdated]);
    expect([...(client.current()?.virtualKeys.keys() ?? [])]).toEqual([hashOf("a")]);

    const replaced = ends.connect(socket, { own: newer });
    await replaced.next(6);
    client.close();
    while (server.workers().length > 1) await Bun.sleep(1);
    expect(await server.publish(delta(7, ["d"]))).toEqual([]);
  });

  test("refuses a section that it does not know, logs it once, and reads the next snapshot that it can read", async () => {
    using ends = new ChannelEnds();
    const socket = ends.socketPath();
    let message = full(5, ["a"]);
    const server = ends.serve(socket, () => message, { servedKeys: () => [hashOf("a")] });
    const logged: unknown[] = [];
    const log = { debug: () => {}, info: () => {}, warn: () => {}, error: (fields: object) => logged.push(fields) };
    const { client, next } = ends.connect(socket, { log });
    await next(5);

    const odd: SnapshotMessage = { ...delta(6), parts: [{ toys: { set: [], removed: [] } }] };
    expect(await server.publish(odd)).toMatchObject([{ refusal: 'section "toys" is not known' }]);
    expect(await server.publish({ ...odd, sequence: 7 }, () => [hashOf("a")])).toHaveLength(1);
    expect(client.current()).toMatchObject({ sequence: 5, virtualKeys: new Map() });
    expect(logged).toEqual([{ why: 'section "toys" is not known' }]);

    server.close();
    message = full(8, ["a"]);
    ends.serve(socket, () => message);
    expect((await next(8)).virtualKeys.size).toBe(1);
  });
});

const route = { alias: "smart", targets: [], fallbacks: [] };

describe("receive()", () => {
  const wholeOf = (more: object) => JSON.stringify({ ...onTheWire(full(6, ["a"])), ...more });

  test("takes what it can read", () => {
    const taken = hear(wholeOf({})).snapshot;
    const { virtualKeys, ...rest } = contentOf(["a"]);
    expect(taken).toMatchObject({ ...rest, sequence: 6 });
    expect(new Map(taken?.virtualKeys)).toEqual(new Map(virtualKeys));
    expect(hear(JSON.stringify(onTheWire(delta(6, ["a"], ["a", "b"])))).snapshot?.virtualKeys.size).toBe(1);
    expect(hear(JSON.stringify(onTheWire(delta(9))))).toEqual({ reply: { type: "resync" } });
    expect(hear(JSON.stringify(onTheWire(delta(4))))).toEqual({ reply: { type: "ack", sequence: 5 } });
  });

  const { limits: _, ...lacking } = onTheWire(full(6, ["a"])).sections;
  const refusals: readonly (readonly [what: string, line: string, why: string])[] = [
    ["a full snapshot without limits", wholeOf({ sections: lacking }), 'section "limits": it must be a list'],
    ["settings of another form", wholeOf({ sections: { ...lacking, limits: [], settings: {} } }), "settings"],
    ["another protocol", wholeOf(newer), "version 2.0.0 speaks protocol 2, version 1.0.0 protocol 1"],
    ["a message of another kind", wholeOf({ type: "hint" }), "it is no message that this version knows"],
    ["a difference of another form", JSON.stringify({ ...onTheWire(delta(6)), sections: { routes: [] } }), "routes"],
  ];
  test("refuses a route whose strategy is not known", () => {
    const known = { dialects: ["openai-chat"], authSchemes: ["bearer"], strategies: ["weighted"] };
    const line = wholeOf({
      sections: { ...onTheWire(full(6, ["a"])).sections, routes: [{ ...route, strategy: "clairvoyant" }] },
    });
    const message = parseControlMessage(line);
    expect(message && receive(message, { current: snapshot }, snapshotSections(known), release)).toEqual({
      reply: { type: "refused", sequence: 6, why: 'section "routes": [0].strategy must be one of weighted' },
    });
  });

  for (const [what, line, why] of refusals) {
    test(`refuses ${what}`, () => {
      const { snapshot: changed, reply } = hear(line);
      expect(changed).toBeUndefined();
      expect(reply).toMatchObject({ type: "refused", sequence: 6, why: expect.stringContaining(why) });
    });
  }
});

describe("revocations", () => {
  test("have the form that they always had", () => {
    const left = fixture("revocations.jsonl").map((line) => {
      const message = parseControlMessage(line);
      const held = new Map(
        [
          "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
          "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        ].map((hash) => [hash, snapshot.virtualKeys.get(hashOf("a"))]),
      );
      if (message === undefined) throw new Error(`No message: ${line}`);
      const virtualKeys = new Map(
        [...held].flatMap(([hash, key]) => (key === undefined ? [] : [[hash, key] as const])),
      );
      const { snapshot: changed, reply } = receive(message, { current: { ...snapshot, virtualKeys } }, sections, newer);
      return [
        [...(changed?.virtualKeys.keys() ?? [])].map((hash) => hash.slice(0, 4)),
        reply && encodeWorkerMessage(reply).toString(),
      ];
    });
    expect(left).toEqual([
      [["6030"], '{"type":"revoked","sequence":7}\n'],
      [["6030"], '{"type":"revoked","sequence":8}\n'],
      [["6030", "9f86"], '{"type":"revoked","sequence":9}\n'],
    ]);
  });
});

describe("the release before there were versions", () => {
  test("its workers are told nothing but which keys end, in their own form", async () => {
    using ends = new ChannelEnds();
    const socket = ends.socketPath();
    const server = ends.serve(socket, () => full(50, ["a"]), { servedKeys: () => [hashOf("a")] });
    const [hello = "", ack = ""] = fixture("unversioned-worker.jsonl");
    const heard: string[] = [];
    const old = await Bun.connect({
      unix: socket,
      socket: {
        data: (peer, bytes) => {
          heard.push(bytes.toString());
          peer.write(`${ack}\n`);
        },
      },
    });
    old.write(`${hello}\n`);
    while (server.workers().length === 0) await Bun.sleep(1);

    const outdated = { worker: 0, generation: 3, version: "unknown", acknowledged: 0 };
    expect(await server.publish(delta(51, ["b"]))).toMatchObject([outdated]);
    expect(heard).toEqual([]);
    expect(await server.publish(delta(52, [], ["a"]), () => [hashOf("a")])).toMatchObject([outdated]);
    expect(heard).toEqual([`{"type":"delta","sequence":42,"deleteKeys":["${hashOf("a")}"]}\n`]);
    old.terminate();
  });

  test("its control plane is refused, and hears a message that it does not know", () => {
    for (const line of fixture("unversioned-control.jsonl")) {
      const { snapshot: changed, reply } = hear(line);
      expect(changed).toBeUndefined();
      expect(reply).toMatchObject({ type: "refused", why: expect.stringContaining("version unknown") });
    }
  });

  test("its workers say what is understood", () => {
    expect(fixture("unversioned-worker.jsonl").map(parseWorkerMessage)).toMatchObject([
      { type: "hello", release: { protocol: 0 } },
      { type: "ack" },
      { type: "resync" },
    ]);
  });
});
