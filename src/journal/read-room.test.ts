import { expect, test } from "bun:test";
import { createReadRoom } from "./read-room";

const kilobyte = 1024;

test("createReadRoom() gives memory that nobody else has, until it is reset", () => {
  const room = createReadRoom();
  const taken = Array.from({ length: 5 }, (_, index) => room.take(100 * kilobyte).fill(index + 1));
  expect(taken.map((bytes) => bytes.length)).toEqual(taken.map(() => 100 * kilobyte));
  expect(taken.map((bytes) => bytes.every((byte) => byte === bytes[0]))).toEqual(taken.map(() => true));
  expect(taken.map(([byte]) => byte)).toEqual([1, 2, 3, 4, 5]);

  room.reset();
  room.take(8).fill(9);
  expect(taken[0]?.[0]).toBe(9);
});

test("take() gives memory of its own to what is larger than a chunk", () => {
  const room = createReadRoom();
  expect(room.take(1000 * kilobyte).length).toBe(1000 * kilobyte);
  const small = room.take(8).fill(1);
  room.take(1000 * kilobyte).fill(2);
  expect(small[0]).toBe(1);
});
