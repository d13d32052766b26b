import { expect, test } from "bun:test";
import { createLineQueue } from "./line-queue";

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

function busyMs(ms: number): void {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
}

test("createLineQueue() reads a short line at once, and long ones turn by turn in their order", async () => {
  const read: string[] = [];
  const queue = createLineQueue({
    maxLineBytes: 100,
    onError: () => expect.unreachable(),
    read: (line) => {
      read.push(line);
      if (line.startsWith("long")) busyMs(3);
    },
  });
  queue.push(Buffer.from("short\n"));
  expect(read).toEqual(["short"]);
  queue.push(Buffer.from("long 1\nlong 2\nlo"));
  queue.push(Buffer.from("ng 3\n"));
  expect(read).toEqual(["short", "long 1"]);
  for (let turn = 0; read.length < 4 && turn < 10; turn++) await nextTurn();
  expect(read).toEqual(["short", "long 1", "long 2", "long 3"]);
});

test("createLineQueue() reads nothing more once it is closed, or reading failed", async () => {
  const read: string[] = [];
  const errors: unknown[] = [];
  const queueThat = (reads: (line: string) => void) =>
    createLineQueue({ maxLineBytes: 10, read: reads, onError: (error) => errors.push(error) });
  const closed = queueThat((line) => {
    read.push(line);
    busyMs(3);
  });
  closed.push(Buffer.from("a\nb\n"));
  closed.close();
  queueThat(() => {
    throw new Error("unreadable");
  }).push(Buffer.from("c\nd\n"));
  queueThat((line) => read.push(line)).push(Buffer.from("far too long\n"));
  for (let turn = 0; turn < 5; turn++) await nextTurn();
  expect(read).toEqual(["a"]);
  expect(errors).toMatchObject([{ message: "unreadable" }, expect.any(RangeError)]);
});
