import { afterEach, describe, expect, test } from "bun:test";
import type { RequestRecord } from "#core/record";
import { noUsage } from "#core/usage";
import { batchOf, type LogBackEnd, type OpenLog } from "./fixtures/open-log";
import { plainRecord, startMs } from "./fixtures/plain-record";
import { describeFeed } from "./log-feed.suite";
import { describeSearch } from "./log-search.suite";
import { describeStats } from "./log-stats.suite";

/** What every back end of the log must do. */
export function describeLogStore({ name, open }: LogBackEnd): void {
  const opened: OpenLog[] = [];
  const openOne = () => {
    const log = open();
    opened.push(log);
    return log;
  };
  describe(`log store: ${name}`, () => {
    afterEach(() => {
      for (const log of opened.splice(0)) log.close();
    });
    describeList(openOne);
    describeRecords(openOne);
    describePurge(openOne);
    describeContent(openOne);
    describeFeed(openOne);
  });
  describe(`log store: ${name}`, () => {
    describeSearch(open);
    describeStats(open);
  });
}

type Open = () => OpenLog;

const all = Array.from({ length: 20 }, (_, index) => plainRecord(index));

function describeList(open: Open): void {
  for (const order of ["newest", "oldest"] as const) {
    test(`list() pages through everything once, ${order} first, while records are added`, async () => {
      const { store, writer } = open();
      await writer.commit(batchOf(all));
      const seen: RequestRecord[] = [];
      for (let after: string | undefined, pages = 0; pages < 10; pages++) {
        const page = await store.list({ limit: 7, order, ...(after !== undefined && { after }) });
        seen.push(...page.data);
        after = page.next;
        if (after === undefined) break;
        await writer.commit(batchOf([plainRecord(order === "newest" ? 100 + pages : -1 - pages)]));
      }
      expect(seen).toEqual(order === "newest" ? all.toReversed() : all);
    });
  }

  test("list() keeps to a range of time, from inclusive, to exclusive", async () => {
    const { store, writer } = open();
    await writer.commit(batchOf(all));
    const range = { fromMs: startMs + 3, toMs: startMs + 5 };
    const { data, next } = await store.list({ ...range, limit: 100 });
    expect([...data]).toEqual(all.slice(6, 10).toReversed());
    expect(next).toBeUndefined();
    const first = await store.list({ ...range, limit: 3, order: "oldest" });
    expect(first.data).toEqual(all.slice(6, 9));
    const second = await store.list({ ...range, limit: 3, order: "oldest", after: first.next ?? "" });
    expect(second).toEqual({ data: all.slice(9, 10), corrections: [] });
  });

  test("list() has no next page when the last one is exactly full", async () => {
    const { store, writer } = open();
    await writer.commit(batchOf(all));
    expect((await store.list({ limit: 20 })).next).toBeUndefined();
  });

  test("list() tells records of one millisecond apart when their ids differ only at the end", async () => {
    const { store, writer } = open();
    const same = Array.from({ length: 40 }, (_, index) =>
      plainRecord(0, { id: plainRecord(0).id.slice(0, 28) + String(1000 + index) }),
    );
    await writer.commit(batchOf(same.slice(0, 30)));
    await writer.commit(batchOf(same));
    expect([...(await store.list({ limit: 100, order: "oldest" })).data]).toEqual(same);
    for (const each of same) expect((await store.get(each.id))?.record).toEqual(each);
  });
}

function describeRecords(open: Open): void {
  test("get() returns a record as it was, nothing for an unknown id", async () => {
    const { store, writer } = open();
    const usage = { ...noUsage, input: 5, cacheRead: 1, cacheWrite: 2, output: 9, reasoning: 4, estimated: true };
    const full = plainRecord(1, {
      usage,
      cost: 2 ** 52,
      team: "search",
      errorCode: "upstream_error",
      tags: { a: "ü𝄞" },
    });
    await writer.commit(batchOf([full]));
    expect(await store.get(full.id)).toEqual({ record: full });
    expect(await store.get("0".repeat(32))).toBeUndefined();
    expect(await store.get("../../x")).toBeUndefined();
  });

  test("commit() leaves a record that is there already as it is, and returns the others", async () => {
    const { store, writer } = open();
    await writer.commit(batchOf([plainRecord(1)]));
    const again = batchOf([plainRecord(1, { outcome: "interrupted" }), plainRecord(2)]);
    expect(await writer.commit(again)).toEqual([plainRecord(2)]);
    expect((await store.list({ limit: 10 })).data).toEqual([plainRecord(2), plainRecord(1)]);
  });

  test("positions() returns what was committed last of each segment, until it is forgotten", async () => {
    const { writer } = open();
    const position = (offset: number) => ({ identity: "ab", offset, sequence: 5 });
    await writer.commit(batchOf([], { positions: new Map([["g1-w0-1.records", position(100)]]) }));
    const both = new Map([
      ["g1-w0-1.records", position(200)],
      ["g1-w0-2.records", position(300)],
    ]);
    await writer.commit(batchOf([], { positions: both }));
    expect(await writer.positions()).toEqual(both);
    await writer.forget(["g1-w0-1.records"]);
    expect([...(await writer.positions()).keys()]).toEqual(["g1-w0-2.records"]);
  });
}

function describePurge(open: Open): void {
  test("purge() deletes the records that started before, in steps, and keeps their sums", async () => {
    const { store, writer } = open();
    await writer.commit(batchOf(all));
    let left = 10;
    while (left > 0 && (await store.purge({ what: "records", beforeMs: startMs + 7 }, 10)) > 0) left -= 1;
    expect(left).toBeGreaterThan(0);
    expect((await store.list({ limit: 100, order: "oldest" })).data).toEqual(all.slice(14));
    expect(await store.get(all[13]?.id ?? "")).toBeUndefined();
    const range = { fromMs: startMs, toMs: startMs + 60_000, nowMs: startMs };
    const options = { interval: "none", timeZone: "UTC", filters: [], groupBy: [], top: 1, order: "requests" } as const;
    const { total } = await store.stats({ ...range, ...options, comparePrevious: false, percentiles: true });
    expect(total[0]).toBe(all.length);
  });
}

function describeContent(open: Open): void {
  const noPositions = new Map();
  const id = plainRecord(1).id;
  const bytes = new TextEncoder().encode("ask ".repeat(1000));

  test("content.read() returns bodies as they were kept, an empty one apart from none", async () => {
    const { store, writer } = open();
    const other = plainRecord(2).id;
    const contents = [
      { id, request: { bytes, totalBytes: 9_999_999 } },
      { id: other, response: { bytes: new Uint8Array(0), totalBytes: 0 } },
    ];
    await writer.content.keep(contents, noPositions);
    expect(await store.content.read(id)).toEqual(contents[0]);
    expect(await store.content.read(other)).toEqual(contents[1]);
    expect(await store.content.read("0".repeat(32))).toBeUndefined();
  });

  test("list() finds a text in the bodies of what the other filters leave, page by page", async () => {
    const { store, writer } = open();
    const records = Array.from({ length: 30 }, (_, index) => plainRecord(index));
    await writer.commit(batchOf(records));
    const bodyOf = (text: string) => ({ bytes: new TextEncoder().encode(text), totalBytes: text.length });
    const contents = records.map((record, index) => ({
      id: record.id,
      ...(index % 3 === 0 && { request: bodyOf(`{"content":"the Needle ${index}"}`) }),
      ...(index % 3 === 1 && { response: bodyOf('data: {"content":"need"}\n\ndata: {"content":"le"}\n\n') }),
    }));
    await writer.content.keep(contents.slice(0, 28), noPositions);
    const wanted = records.filter((_, index) => index % 3 < 2 && index < 28).map((record) => record.id);
    const found: string[] = [];
    for (let after: string | undefined; ; ) {
      const page = await store.list({
        text: "needle",
        limit: 7,
        order: "oldest",
        ...(after !== undefined && { after }),
      });
      found.push(...page.data.map((record) => record.id));
      after = page.next;
      if (after === undefined) break;
    }
    expect(found).toEqual(wanted);
    const one = await store.list({
      text: "needle 9",
      limit: 9,
      filters: [{ on: "class", field: "stream", anyOf: ["false", "true"] }],
    });
    expect(one.data.map((record) => record.id)).toEqual([records[9]?.id ?? ""]);
    expect((await store.list({ text: "no such thing", limit: 9 })).data).toEqual([]);
  });

  test("content.keep() leaves bodies that are there already as they are", async () => {
    const { store, writer } = open();
    await writer.content.keep([{ id, request: { bytes, totalBytes: 4000 } }], noPositions);
    await writer.content.keep([{ id, response: { bytes, totalBytes: 4000 } }], noPositions);
    expect(await store.content.read(id)).toEqual({ id, request: { bytes, totalBytes: 4000 } });
  });

  test("content.keep() masks what looks like a secret, and remembers how far segments are read", async () => {
    const { store, writer } = open();
    const bodyOf = (text: string) => ({ bytes: new TextEncoder().encode(text), totalBytes: 30 });
    const position = { identity: "a".repeat(32), offset: 64, sequence: 1 };
    const positions = new Map([["g1-w0-1.content", position]]);
    await writer.content.keep(
      [{ id, request: bodyOf("hg-abcdefgh1234 ask"), response: bodyOf("Bearer abcdefgh said") }],
      positions,
    );
    const { request, response } = (await store.content.read(id)) ?? {};
    const texts = [request, response].map((body) => new TextDecoder().decode(body?.bytes));
    expect(texts).toEqual([`${"*".repeat(15)} ask`, `${"*".repeat(15)} said`]);
    expect(await writer.positions()).toEqual(positions);
  });

  test("content.remove() deletes the bodies of one request and says whether there were any", async () => {
    const { store, writer } = open();
    await writer.commit(batchOf([plainRecord(1)]));
    await writer.content.keep([{ id, request: { bytes, totalBytes: 4000 } }], noPositions);
    expect([await store.content.remove(id), await store.content.remove(id)]).toEqual([true, false]);
    expect(await store.content.read(id)).toBeUndefined();
    expect((await store.get(id))?.record).toEqual(plainRecord(1));
  });

  test("content.expire() deletes the oldest that started before, a batch at a time, with or without records", async () => {
    const { store, writer } = open();
    await writer.commit(batchOf(all.slice(0, 5)));
    await writer.content.keep(
      all.map((record) => ({ id: record.id, request: { bytes, totalBytes: 4000 } })),
      noPositions,
    );
    let steps = 0;
    while (steps < 10 && (await store.content.expire(startMs + 7, 10)) > 0) steps += 1;
    expect(steps).toBeLessThan(10);
    const kept = await Promise.all(all.map((record) => store.content.read(record.id)));
    expect(kept.map((content) => content !== undefined)).toEqual(all.map((_, index) => index >= 14));
  });
}
