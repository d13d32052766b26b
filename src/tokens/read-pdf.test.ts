import { expect, test } from "bun:test";
import { findPdfs } from "./find-pdfs";
import { plainPdf } from "./fixtures/plain-pdf";
import { readPdfs } from "./read-pdf";

const bytesOf = (text: string) => Buffer.byteLength(text);
const read = (pdfs: readonly Buffer[], isLate = () => false) =>
  readPdfs(
    pdfs.map((pdf) => new Uint8Array(pdf)),
    bytesOf,
    isLate,
  );

test.each([false, true])("readPdfs() counts pages and the text on them (compressed: %p)", async (packed) => {
  const words = "the quick brown fox jumps over the lazy dog";
  const pages = Array.from({ length: 12 }, (_, index) => `${index} ${words}`);
  const found = await read([plainPdf(pages, packed), plainPdf(["one more"], packed)]);
  expect(found).toMatchObject({ documents: 2, pages: 13 });
  const text = pages.join("").length + "one more".length;
  expect(found?.textTokens).toBeGreaterThanOrEqual(text);
  expect(found?.textTokens).toBeLessThan(text * 1.2 + 13 * 65);
});

test("readPdfs() counts pages that are named but not part of the document as it reads it", async () => {
  const more = Buffer.concat([
    plainPdf(["a"]),
    Buffer.from("\n9 0 obj\n<< /Type /Page >>\nendobj\n8 0 obj <</Type/Page>> endobj"),
  ]);
  expect((await read([more]))?.pages).toBe(3);
});

test("readPdfs() gives up what it cannot read to its end", async () => {
  expect(await read([plainPdf(["a"])], () => true)).toBeUndefined();
  expect(await read([plainPdf(Array.from({ length: 1001 }, () => "a"))])).toBeUndefined();
  await expect(read([Buffer.from("%PDF-1.7 and no more")])).rejects.toThrow();
});

test("findPdfs() finds them wherever they stand, and leaves the rest", () => {
  const pdf = plainPdf(["a"]).toString("base64");
  const body = {
    messages: [{ content: [{ source: { data: pdf } }, { file_data: `data:application/pdf;base64,${pdf}` }, "text"] }],
  };
  expect(findPdfs(body)).toEqual({
    pdfs: [pdf, pdf],
    rest: { messages: [{ content: [{ source: { data: "" } }, { file_data: "" }, "text"] }] },
  });
});
