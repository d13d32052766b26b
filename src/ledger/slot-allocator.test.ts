import { expect, test } from "bun:test";
import { firstWindowSlot } from "#core/slot-ref";
import { cpuMs } from "../../test/harness/cpu-time";
import { createSlotAllocator } from "./slot-allocator";

test("allocate() gives new slots with new tags", () => {
  const allocator = createSlotAllocator(() => 0);
  expect([allocator.allocate("period"), allocator.allocate("period")]).toEqual([
    { index: 0, tag: 1 },
    { index: 1, tag: 2 },
  ]);
});

test("allocate() uses a freed slot again only after every worker acknowledged and its last request ended", () => {
  let holders = 1;
  const allocator = createSlotAllocator(() => holders);
  const first = allocator.allocate("period");
  allocator.free(first, 10);
  allocator.free(first, 11);
  expect(allocator.allocate("period").index).toBe(1);
  allocator.acknowledged(9);
  holders = 0;
  expect(allocator.allocate("period").index).toBe(2);
  holders = 1;
  allocator.acknowledged(10);
  expect(allocator.allocate("period").index).toBe(3);
  holders = 0;
  expect(allocator.allocate("period")).toEqual({ index: 0, tag: 5 });
  expect(allocator.allocate("period").index).toBe(4);
});

test("state() brings an allocator back", () => {
  const allocator = createSlotAllocator(() => 0);
  const first = allocator.allocate("period");
  allocator.free(first, 1);
  const again = createSlotAllocator(() => 0, JSON.parse(JSON.stringify(allocator.state())));
  expect(again.allocate("period")).toEqual({ index: 1, tag: 2 });
  again.acknowledged(1);
  expect(again.allocate("period")).toEqual({ index: 0, tag: 3 });
});

test("free() and allocate() take time in proportion to how many slots there are", () => {
  const allocator = createSlotAllocator(() => 0);
  const count = 100_000;
  const refs = Array.from({ length: count }, () => allocator.allocate("period"));
  const again = new Set<number>();
  const tookMs = cpuMs(() => {
    for (const ref of refs) allocator.free(ref, 1);
    allocator.acknowledged(1);
    for (const _ of refs) again.add(allocator.allocate("period").index);
  });
  // Tens of milliseconds; looking through a list for each of them would take half a minute.
  expect(tookMs).toBeLessThan(2000);
  expect(again.size).toBe(count);
  expect(allocator.allocate("period").index).toBe(count);
});

test("allocate() numbers window slots apart from period slots, and never gives one kind's slot to the other", () => {
  const allocator = createSlotAllocator(() => 0);
  const period = allocator.allocate("period");
  const window = allocator.allocate("window");
  expect([period, window]).toEqual([
    { index: 0, tag: 1 },
    { index: firstWindowSlot, tag: 2 },
  ]);
  allocator.free(window, 1);
  allocator.acknowledged(1);
  expect(allocator.allocate("period")).toEqual({ index: 1, tag: 3 });
  const again = createSlotAllocator(() => 0, JSON.parse(JSON.stringify(allocator.state())));
  again.acknowledged(1);
  expect(again.allocate("window")).toEqual({ index: firstWindowSlot, tag: 4 });
  expect(again.allocate("window")).toEqual({ index: firstWindowSlot + 1, tag: 5 });
});

test("createSlotAllocator() takes what was stored before there were windows", () => {
  const allocator = createSlotAllocator(() => 0, { nextSlot: 7, nextTag: 9, free: [2], retired: [] });
  expect(allocator.allocate("period")).toEqual({ index: 2, tag: 9 });
  expect(allocator.allocate("window")).toEqual({ index: firstWindowSlot, tag: 10 });
});
