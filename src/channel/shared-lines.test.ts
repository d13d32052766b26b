import { expect, test } from "bun:test";
import { shareLines } from "./shared-lines";

test("shareLines() makes each line once, when the first reader comes to it", () => {
  const made: number[] = [];
  const lines = shareLines(
    (function* () {
      for (let line = 0; line < 3; line++) {
        made.push(line);
        yield Uint8Array.of(line);
      }
    })(),
  );
  const [first, second] = [lines[Symbol.iterator](), lines[Symbol.iterator]()];
  expect([first.next().value, first.next().value]).toEqual([Uint8Array.of(0), Uint8Array.of(1)]);
  expect(second.next().value).toEqual(Uint8Array.of(0));
  expect(made).toEqual([0, 1]);
  expect([...lines].map(([byte]) => byte)).toEqual([0, 1, 2]);
  expect([first.next().value, first.next().done, first.next().done]).toEqual([Uint8Array.of(2), true, true]);
  expect(made).toEqual([0, 1, 2]);
});
