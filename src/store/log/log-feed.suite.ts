import { expect, test } from "bun:test";
import type { LogBackEnd, OpenLog } from "./fixtures/open-log";
import { batchOf } from "./fixtures/open-log";
import { plainRecord, startMs } from "./fixtures/plain-record";

/** Records as readers with places of their own see them, for the suite of log stores. */
export function describeFeed(open: LogBackEnd["open"]): void {
  const all = Array.from({ length: 20 }, (_, index) => plainRecord(index));
  const add = (log: OpenLog, from: number, to: number) => log.writer.commit(batchOf(all.slice(from, to)));

  test("feed.next() gives what was stored since a reader was opened, in that order, again until it advances", async () => {
    const log = open();
    const { feed } = log.store;
    await add(log, 0, 5);
    await feed.open("sink", "now");
    await feed.open("sink", "beginning");
    expect(await feed.next("sink", 10)).toMatchObject({ records: [], missed: 0, left: 0 });
    // Those that started earlier may be stored later.
    await add(log, 12, 20);
    await add(log, 5, 12);
    const first = await feed.next("sink", 10);
    expect(first).toMatchObject({ records: [...all.slice(12), ...all.slice(5, 7)], missed: 0, left: 5 });
    expect(await feed.next("sink", 10)).toEqual(first);
    await feed.advance("sink", first.place);
    expect(await feed.next("sink", 10)).toMatchObject({ records: all.slice(7, 12), missed: 0, left: 0 });
  });

  test("feed.open() from the beginning gives what was there before, too, and every reader its own place", async () => {
    const log = open();
    const { feed } = log.store;
    await add(log, 0, 12);
    await feed.open("old", "beginning");
    await feed.open("new", "now");
    await add(log, 12, 20);
    const read = async (reader: string) => {
      const seen = [];
      for (let page = await feed.next(reader, 5); page.records.length > 0; page = await feed.next(reader, 5)) {
        seen.push(...page.records);
        await feed.advance(reader, page.place);
      }
      return seen;
    };
    expect(await read("new")).toEqual(all.slice(12));
    expect(await read("old")).toEqual(all);
    await add(log, 0, 20);
    expect(await read("old")).toEqual([]);
  });

  test("feed.next() counts what was deleted before the reader came to it", async () => {
    const log = open();
    const { feed } = log.store;
    await feed.open("sink", "now");
    await add(log, 0, 20);
    while ((await log.store.purge({ what: "records", beforeMs: startMs + 4 }, 100)) > 0);
    const seen = [];
    let missed = 0;
    for (
      let page = await feed.next("sink", 6);
      page.records.length + page.missed > 0;
      page = await feed.next("sink", 6)
    ) {
      seen.push(...page.records);
      missed += page.missed;
      await feed.advance("sink", page.place);
    }
    expect({ seen, missed }).toEqual({ seen: all.slice(8), missed: 8 });
  });

  test("feed.retain() forgets other readers, and one that comes back begins anew", async () => {
    const log = open();
    const { feed } = log.store;
    for (const reader of ["kept", "gone"]) await feed.open(reader, "now");
    await add(log, 0, 3);
    await feed.retain(["kept"]);
    expect((await feed.next("kept", 10)).records).toEqual(all.slice(0, 3));
    await expect(feed.next("gone", 10)).rejects.toThrow("Cannot read the records for gone: it was not opened");
    await feed.open("gone", "now");
    expect((await feed.next("gone", 10)).records).toEqual([]);
  });
}
