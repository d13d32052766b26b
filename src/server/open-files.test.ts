import { expect, test } from "bun:test";
import { OpenFiles } from "./open-files";

test("judge() says from four fifths on that descriptors are scarce, and near the end that none is left", () => {
  let open = 100;
  const files = new OpenFiles({ limit: 300, count: () => open });
  files.measure(80);
  expect([files.isScarce, files.isExhausted]).toEqual([false, false]);
  files.judge(221);
  expect([files.isScarce, files.isExhausted]).toEqual([true, false]);
  files.judge(266);
  expect([files.isScarce, files.isExhausted]).toEqual([true, true]);
  open = 40;
  files.measure(20);
  expect([files.isScarce, files.isExhausted]).toEqual([false, false]);
});

test("measure() takes a failure to count for the end of descriptors", () => {
  const files = new OpenFiles({
    limit: 300,
    count: () => {
      throw new Error("EMFILE: too many open files");
    },
  });
  files.measure(10);
  expect(files.isScarce).toBe(false);
  files.measure(200);
  expect(files.isExhausted).toBe(true);
});

test("measure() counts nothing where there is no limit", () => {
  const files = new OpenFiles({ limit: Number.POSITIVE_INFINITY, count: () => 1e9 });
  files.measure(1e6);
  expect(files.isScarce).toBe(false);
});
