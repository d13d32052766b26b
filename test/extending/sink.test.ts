import { afterEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createManualTime } from "#lib/fixtures/manual-time";
import { runSinks } from "#records/sinks/run-sinks";
import type { Sink, StoredRecord } from "#records/sinks/sink";
import { batchOf } from "#store/log/fixtures/open-log";
import { plainRecord, startMs } from "#store/log/fixtures/plain-record";
import type { LogStore, LogWriter } from "#store/log/log-store";
import { openStores } from "#store/open-stores";

/** A sink is a value: where it begins, and what takes a batch. The rest is the gateway's. */
function createToySink(rest: Partial<Sink> = {}) {
  const had: StoredRecord[] = [];
  const sink: Sink = {
    name: "toy",
    from: "beginning",
    deliver: async (batch) => {
      had.push(...batch);
    },
    ...rest,
  };
  return { sink, had, ids: () => had.map(({ record }) => record.id) };
}

const directories: string[] = [];
const closers: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

const records = Array.from({ length: 1200 }, (_, index) => plainRecord(index));
const ids = records.map(({ id }) => id);

for (const backEnd of ["memory", "sqlite"]) {
  describe(`runSinks() with a log: ${backEnd}`, () => {
    test("delivers what was there and what is stored later, in batches, in order, once where nothing fails", async () => {
      const { logs, writer } = await openLog(backEnd);
      await writer.commit(batchOf(records.slice(0, 700)));
      const sizes: number[] = [];
      const {
        sink,
        had,
        ids: got,
      } = createToySink({
        deliver: async (batch) => {
          sizes.push(batch.length);
          had.push(...batch);
        },
      });
      const { run, time } = createRun(logs, [sink]);
      await until(() => had.length === 700, time);
      await writer.commit(batchOf(records.slice(700)));
      await until(() => had.length === 1200, time);
      expect(got()).toEqual(ids);
      expect(Math.max(...sizes)).toBe(500);
      await until(() => run.progress()[0]?.delivered === 1200, time);
      expect(run.progress()).toEqual([{ name: "toy", delivered: 1200, missed: 0, left: 0 }]);
    });

    test("delivers each record at least once, in order, whatever fails and however often it is started anew", async () => {
      const { logs, writer } = await openLog(backEnd);
      await writer.commit(batchOf(records.slice(0, 600)));
      let calls = 0;
      const {
        sink,
        had,
        ids: got,
      } = createToySink({
        deliver: async (batch) => {
          calls += 1;
          if (calls % 3 !== 0) throw new Error("The toy is broken");
          had.push(...batch);
        },
      });
      // Taken by the sink, and the process dies before that is noted.
      const died = Promise.withResolvers<void>();
      const never = Promise.withResolvers<void>();
      const dying: typeof logs = {
        ...logs,
        feed: {
          ...logs.feed,
          advance: () => {
            died.resolve();
            return never.promise;
          },
        },
      };
      const first = createRun(dying, [sink]);
      closers.push(() => never.reject(new Error("The store was closed")));
      await until(() => had.length === 500, first.time);
      await died.promise;
      expect(first.warnings).toContain("A sink did not take its records; trying again");

      await writer.commit(batchOf(records.slice(600)));
      const second = createRun(logs, [sink]);
      await until(() => second.run.progress()[0]?.delivered === 1200, second.time);
      expect(got().slice(0, 500)).toEqual(ids.slice(0, 500));
      expect(got().slice(500)).toEqual(ids);
      await second.run.close();

      const third = createRun(logs, [sink]);
      await third.time.advance(10_000);
      expect(had.length).toBe(1700);
    });

    test("begins with what is stored from now on where the sink says so", async () => {
      const { logs, writer } = await openLog(backEnd);
      await writer.commit(batchOf(records.slice(0, 5)));
      const { sink, had, ids: got } = createToySink({ from: "now" });
      const opened = Promise.withResolvers<void>();
      const open: LogStore["feed"]["open"] = async (reader, from) => {
        await logs.feed.open(reader, from);
        opened.resolve();
      };
      const { time } = createRun({ ...logs, feed: { ...logs.feed, open } }, [sink]);
      await opened.promise;
      await writer.commit(batchOf(records.slice(5, 9)));
      await until(() => had.length === 4, time);
      expect(got()).toEqual(ids.slice(5, 9));
    });

    test("gives bodies to a sink that wants them", async () => {
      const { logs, writer } = await openLog(backEnd);
      const content = { id: ids[0] ?? "", request: { bytes: new TextEncoder().encode("ask"), totalBytes: 3 } };
      await writer.content.keep([content], new Map());
      await writer.commit(batchOf(records.slice(0, 2)));
      const { sink, had } = createToySink({ withContent: true });
      const { time } = createRun(logs, [sink]);
      await until(() => had.length === 2, time);
      expect(had).toEqual([{ record: plainRecord(0), content }, { record: plainRecord(1) }]);
    });

    test("counts and reports what was deleted before a sink had it", async () => {
      const { logs, writer } = await openLog(backEnd);
      await logs.feed.open("toy", "now");
      await writer.commit(batchOf(records.slice(0, 40)));
      while ((await logs.purge({ what: "records", beforeMs: startMs + 10 }, 100)) > 0);
      const { sink, had, ids: got } = createToySink();
      const { run, time, warnings } = createRun(logs, [sink]);
      await until(() => had.length === 20, time);
      expect(got()).toEqual(ids.slice(20, 40));
      await until(() => run.progress()[0]?.missed === 20, time);
      expect(warnings).toEqual(["Records were deleted before a sink had them"]);
    });
  });
}

test("runSinks() gives up a delivery that takes a minute, tries again, and lets no sink wait for another", async () => {
  const { logs, writer } = await openLog("memory");
  await writer.commit(batchOf(records.slice(0, 3)));
  const aborted: boolean[] = [];
  const stuck = createToySink({
    name: "stuck",
    deliver: (_, signal) => {
      signal.addEventListener("abort", () => aborted.push(true));
      return new Promise(() => {});
    },
  });
  const other = createToySink({ name: "other" });
  const { run, time } = createRun(logs, [stuck.sink, other.sink]);
  await until(() => other.had.length === 3, time);
  await time.advance(200_000);
  expect(aborted.length).toBeGreaterThan(1);
  await run.close();
});

async function openLog(backEnd: string) {
  const directory = mkdtempSync(join(tmpdir(), "headgate-sink-"));
  directories.push(directory);
  const stores = openStores(backEnd === "sqlite" ? `sqlite:${directory}` : "memory:");
  const [writer, logs]: [LogWriter, LogStore] = [await stores.logWriter(), await stores.log()];
  closers.push(
    () => writer.close(),
    () => logs.close(),
  );
  return { writer, logs };
}

function createRun(logs: Pick<LogStore, "feed" | "content">, sinks: readonly Sink[]) {
  const time = createManualTime();
  const warnings: string[] = [];
  const log = { warn: (_: object, message: string) => warnings.push(message) };
  const run = runSinks(sinks, { logs, log, sleep: time.sleep, random: () => 0.5 });
  closers.push(run.close);
  return { run, time, warnings };
}

async function until(isDone: () => boolean, time: ReturnType<typeof createManualTime>): Promise<void> {
  for (let step = 0; step < 1000 && !isDone(); step++) await time.advance(250);
  expect(isDone()).toBe(true);
}
