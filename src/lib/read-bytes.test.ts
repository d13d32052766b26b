import { describe, expect, test } from "bun:test";
import { announcedBytes, readBytes } from "./read-bytes";

const tooLong = (maxBytes: number) => new Error(`longer than ${maxBytes}`);

/** Says which way the bytes were read, and whether reading was given up. */
function source(chunks: readonly string[]) {
  const seen = { whole: 0, chunks: 0, returned: false };
  const bytes = chunks.map((chunk) => new TextEncoder().encode(chunk));
  return {
    seen,
    whole: async () => {
      seen.whole++;
      return Buffer.concat(bytes);
    },
    chunks: function* () {
      try {
        for (const chunk of bytes) {
          seen.chunks++;
          yield chunk;
        }
        seen.chunks++;
      } finally {
        seen.returned = true;
      }
    },
  };
}

describe("readBytes()", () => {
  const read = async (from: ReturnType<typeof source>, announced: number | undefined, maxBytes = 10) =>
    Buffer.from(await readBytes(from, { announced, maxBytes, tooLong })).toString();

  test("reads in one go what announces to be short", async () => {
    const from = source(["ab", "cd"]);
    expect(await read(from, 4)).toBe("abcd");
    expect(from.seen).toEqual({ whole: 1, chunks: 0, returned: false });
  });

  test("reads chunk by chunk what is long, or says nothing of its length that can be read", async () => {
    for (const announced of [undefined, 70_000, Number.NaN]) {
      const from = source(["ab", "cd"]);
      expect(await read(from, announced, 100_000)).toBe("abcd");
      expect(from.seen.whole).toBe(0);
    }
    expect(await read(source([]), undefined)).toBe("");
  });

  test("reads nothing of a body that announces more than the limit", async () => {
    const from = source(["ab"]);
    await expect(read(from, 11)).rejects.toThrow("longer than 10");
    expect(from.seen).toEqual({ whole: 0, chunks: 0, returned: false });
  });

  test("stops reading as soon as the limit is passed", async () => {
    expect(await read(source(["12345", "67890"]), undefined)).toBe("1234567890");
    const from = source(["12345", "67890", "1", "never"]);
    await expect(read(from, undefined)).rejects.toThrow("longer than 10");
    expect(from.seen).toEqual({ whole: 0, chunks: 3, returned: true });
  });

  test("tells the bytes before it keeps them, and stops when that throws", async () => {
    const told: number[] = [];
    const onBytes = (bytes: number) => {
      told.push(bytes);
      if (told.length === 2) throw new Error("no room");
    };
    const limits = { maxBytes: 10, tooLong, onBytes };
    const from = source(["ab", "cde", "never"]);
    await expect(readBytes(from, { announced: undefined, ...limits })).rejects.toThrow("no room");
    expect(told).toEqual([2, 3]);
    expect(from.seen.returned).toBe(true);
    told.length = 0;
    await readBytes(source(["abcd"]), { announced: 4, ...limits });
    expect(told).toEqual([4]);
  });
});

test("announcedBytes() is undefined without a content-length", () => {
  expect(announcedBytes(new Headers({ "content-length": "12" }))).toBe(12);
  expect(announcedBytes(new Headers())).toBeUndefined();
});
