import { expect, test } from "bun:test";
import { createSlotAllocator } from "./slot-allocator";

test("allocate() gives new slots with new tags", () => {
  const allocator = createSlotAllocator(() => 0);
  expect([allocator.allocate(), allocator.allocate()]).toEqual([
    { index: 0, tag: 1 },
    { index: 1, tag: 2 },
  ]);
});

test("allocate() uses a freed slot again only after every worker acknowledged and its last request ended", () => {
  let holders = 1;
  const allocator = createSlotAllocator(() => holders);
  const first = allocator.allocate();
  allocator.free(first, 10);
  allocator.free(first, 11);
  expect(allocator.allocate().index).toBe(1);
  allocator.acknowledged(9);
  holders = 0;
  expect(allocator.allocate().index).toBe(2);
  holders = 1;
  allocator.acknowledged(10);
  expect(allocator.allocate().index).toBe(3);
  holders = 0;
  expect(allocator.allocate()).toEqual({ index: 0, tag: 5 });
  expect(allocator.allocate().index).toBe(4);
});

test("state() brings an allocator back", () => {
  const allocator = createSlotAllocator(() => 0);
  const first = allocator.allocate();
  allocator.free(first, 1);
  const again = createSlotAllocator(() => 0, JSON.parse(JSON.stringify(allocator.state())));
  expect(again.allocate()).toEqual({ index: 1, tag: 2 });
  again.acknowledged(1);
  expect(again.allocate()).toEqual({ index: 0, tag: 3 });
});

test("free() and allocate() take time in proportion to how many slots there are", () => {
  const allocator = createSlotAllocator(() => 0);
  const count = 100_000;
  const refs = Array.from({ length: count }, () => allocator.allocate());
  const startedMs = performance.now();
  for (const ref of refs) allocator.free(ref, 1);
  allocator.acknowledged(1);
  const again = new Set(refs.map(() => allocator.allocate().index));
  // Tens of milliseconds; looking through a list for each of them would take half a minute.
  expect(performance.now() - startedMs).toBeLessThan(2000);
  expect(again.size).toBe(count);
  expect(allocator.allocate().index).toBe(count);
});
