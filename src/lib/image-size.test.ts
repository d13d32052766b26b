import { expect, test } from "bun:test";
import { imageSize } from "./image-size";

const padded = (...parts: (readonly number[])[]) => Buffer.concat([Buffer.from(parts.flat()), Buffer.alloc(32)]);
const ascii = (text: string) => [...Buffer.from(text)];

test("imageSize() reads the headers of PNG, GIF, JPEG and WebP", () => {
  const png = padded(
    [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10],
    [0, 0, 0, 13],
    ascii("IHDR"),
    [0, 0, 4, 0],
    [0, 0, 3, 0],
  );
  expect(imageSize(png)).toEqual({ width: 1024, height: 768 });
  expect(imageSize(padded(ascii("GIF89a"), [10, 0, 20, 1]))).toEqual({ width: 10, height: 276 });
  const jpeg = padded([0xff, 0xd8], [0xff, 0xe0, 0, 4, 1, 2], [0xff, 0xc4, 0, 2], [0xff, 0xc2, 0, 17, 8, 1, 0, 2, 0]);
  expect(imageSize(jpeg)).toEqual({ width: 512, height: 256 });
  const riff = (kind: string, rest: readonly number[]) =>
    padded(ascii("RIFF"), [0, 0, 0, 0], ascii(`WEBP${kind}`), rest);
  expect(imageSize(riff("VP8X", [0, 0, 0, 0, 0, 0, 0, 0, 99, 0, 0, 49, 0, 0]))).toEqual({ width: 100, height: 50 });
  expect(imageSize(riff("VP8 ", [0, 0, 0, 0, 0, 0, 0, 0x9d, 1, 0x2a, 64, 0, 32, 0]))).toEqual({
    width: 64,
    height: 32,
  });
  expect(imageSize(riff("VP8L", [0, 0, 0, 0, 0x2f, 99, 0x40, 0x0c, 0]))).toEqual({ width: 100, height: 50 });
});

test("imageSize() says nothing of what is cut off, or no image", () => {
  expect(imageSize(Buffer.alloc(10))).toBeUndefined();
  expect(imageSize(Buffer.alloc(100))).toBeUndefined();
  expect(imageSize(padded([0xff, 0xd8], [0xff, 0xe0, 0xff, 0xff]))).toBeUndefined();
  expect(imageSize(padded([0xff, 0xd8], [0xff, 0xc0, 0, 17, 8, 0, 0, 0, 0]))).toBeUndefined();
});
