import { expect, test } from "bun:test";
import { cutPage, pageFrom } from "./paging";

const letters = [..."abcde"];
const same = (letter: string) => letter;

test("pageFrom() follows a cursor through the whole list", () => {
  expect(pageFrom(letters, {}, same, same)).toEqual({ data: letters, has_more: false });
  expect(pageFrom(letters, { limit: 2 }, same, same)).toEqual({ data: ["a", "b"], has_more: true, next: "b" });
  expect(pageFrom(letters, { limit: 2, after: "b" }, same, same)).toMatchObject({ data: ["c", "d"], next: "d" });
  expect(pageFrom(letters, { limit: 2, after: "d" }, same, same)).toEqual({ data: ["e"], has_more: false });
  expect(pageFrom(letters, { limit: 5 }, same, same)).toEqual({ data: letters, has_more: false });
});

test("pageFrom() names the cursor when its entry is gone", () => {
  expect(() => pageFrom(letters, { after: "x" }, same, same)).toThrow('"after" must be the `next` of a page');
});

test("cutPage() has a next page when the store gave one entry more", () => {
  expect(cutPage(letters, 5, same, same)).toEqual({ data: letters, has_more: false });
  expect(cutPage(letters, 4, same, same)).toEqual({ data: [..."abcd"], has_more: true, next: "d" });
});
