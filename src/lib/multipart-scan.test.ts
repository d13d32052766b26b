import { describe, expect, test } from "bun:test";
import { removed } from "./json-splice";
import { MultipartError } from "./multipart-part";
import { type MultipartScan, readAllText, readTextFields, scanMultipart, textBytesIn } from "./multipart-scan";
import { spliceMultipart } from "./multipart-splice";

const type = "multipart/form-data; boundary=B";
const field = (name: string, value: string, more = "") =>
  `--B\r\nContent-Disposition: form-data; name="${name}"\r\n${more}\r\n${value}\r\n`;
const file = (name: string, value: string) =>
  `--B\r\nContent-Disposition: form-data; name="${name}"; filename="a \\"b\\".wav"\r\nContent-Type: audio/wav\r\n\r\n${value}\r\n`;
const form = (...parts: readonly string[]) => `${parts.join("")}--B--\r\n`;
const scan = (text: string, contentType = type) => scanMultipart(Buffer.from(text, "latin1"), contentType);
const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");
const valuesOf = ({ bytes, parts }: MultipartScan) =>
  parts.map(({ valueStart, valueEnd }) => textOf(bytes.subarray(valueStart, valueEnd)));

const usual = form(field("model", "m"), file("file", "\r\n\xff\0--A\r\n"), field("x[]", "1"), field("x[]", ""));

describe("scanMultipart()", () => {
  test("finds every part with its bytes", () => {
    const found = scan(usual);
    expect(found.parts.map(({ name, isFile }) => [name, isFile])).toEqual([
      ["model", false],
      ["file", true],
      ["x[]", false],
      ["x[]", false],
    ]);
    expect(valuesOf(found)).toEqual(["m", "\r\n\xff\0--A\r\n", "1", ""]);
    expect(usual.slice(found.closeAt)).toBe("--B--\r\n");
    expect(textBytesIn(found)).toBe(2);
  });

  test("takes LF alone throughout, names without quotes, a quoted boundary, and no last line break", () => {
    const lines =
      "--B\ncontent-disposition:form-data;name=model\n\nm\n--B\nContent-Disposition: form-data; name=\"f\"; filename*=utf-8''a\n\n\r--B";
    const found = scan(`${lines.slice(0, -4)}\n--B--`, 'Multipart/Form-Data;charset=utf-8; Boundary="B"');
    expect(readAllText(found)).toEqual({ model: "m" });
    expect(found.parts[1]?.isFile).toBe(true);
    expect(scan("\r\n--B--").parts).toEqual([]);
  });

  const disposed = (parameters: string, more = "") =>
    `--B\r\nContent-Disposition: form-data; ${parameters}\r\n${more}\r\nv\r\n--B--`;
  const refused: readonly (readonly [what: string, body: string, message: string])[] = [
    ["an empty body", "", "found no delimiter at byte 0"],
    ["JSON", '{"model":"m"}', "found no delimiter at byte 0"],
    ["text before the first delimiter", `x\r\n${usual}`, "found no delimiter at byte 0"],
    ["text after the last one", `${form()}--B`, "found more than the closing delimiter at byte 7"],
    ["no closing delimiter", field("model", "m"), "found no closing delimiter at byte 56"],
    ["a field twice", form(field("model", "a"), field("model", "b")), 'found the field "model" twice at byte 56'],
    [
      "a field twice but for case",
      form(field("model", "a"), field("Model", "b")),
      'found the field "Model" twice at byte 56',
    ],
    ["a field that is a file too", form(file("model", "a"), field("model", "b")), 'found the field "model" twice'],
    ["a part without headers", "--B\r\n\r\nv\r\n--B--", "found no end of a part's headers at byte 5"],
    ["a part without a blank line", "--B\r\nContent-Disposition: form-data; name=a\r\n\r\n--B--", "found no end of"],
    ["a part without a name", disposed('filename="a"'), "found a part without a plain name at byte 5"],
    ["an empty name", disposed('name=""'), "found a part without a plain name"],
    ["a name with an escape", disposed('name="mo\\del"'), "found a part without a plain name"],
    ["a name in another form too", disposed("name=a; name*=utf-8''model"), "found a part without a plain name"],
    ["two names", disposed("name=a; name=model"), "found a part without a plain name"],
    [
      "another disposition",
      "--B\r\nContent-Disposition: file; name=a\r\n\r\nv\r\n--B--",
      "found a part without a plain name",
    ],
    [
      "a header twice",
      disposed("name=a", "content-disposition: form-data; name=model\r\n"),
      "found the header content-disposition twice in a part",
    ],
    ["a folded header", disposed("name=a;", " filename=b\r\n"), "found a malformed header of a part"],
    ["a bare line feed in a header", disposed("name=a\nX: y"), "found a malformed header of a part"],
    [
      "a field in base64",
      disposed("name=a", "Content-Transfer-Encoding: base64\r\n"),
      'found the field "a" in an encoding',
    ],
    [
      "a field in UTF-16",
      disposed("name=a", "Content-Type: text/plain; charset=utf-16\r\n"),
      'found the field "a" in an',
    ],
    ["a delimiter after another line break", form(field("a", "v\n--B\r\n")), "found the boundary inside of a part"],
    ["the boundary in a line", form(field("a", "v --B")), "found the boundary inside of a part"],
    ["a longer boundary", form(field("a", "v\r\n--BC\r\n")), "found no line break after a delimiter"],
    ["more parts than 128", form(...Array.from({ length: 129 }, () => field("a[]", ""))), "found more than 128 parts"],
    ["long headers", disposed("name=a", `X: ${"y".repeat(9000)}\r\n`), "found no end of a part's headers"],
  ];
  test.each(refused)("refuses %s", (_, body, message) => {
    expect(() => scan(body)).toThrow(MultipartError);
    expect(() => scan(body)).toThrow(message);
  });

  test.each([
    "multipart/form-data",
    "multipart/mixed; boundary=B",
    "multipart/form-data; boundary=",
    'multipart/form-data; boundary="B',
    "multipart/form-data; boundary=B; boundary=C",
    `multipart/form-data; boundary=${"B".repeat(71)}`,
    'multipart/form-data; boundary="B "',
    "",
  ])("refuses the content type %p", (contentType) => {
    expect(() => scan(usual, contentType)).toThrow("found no usable boundary in the content-type at byte 0");
  });

  test("refuses a body that is cut at any byte, but for its last line break", () => {
    for (let end = 0; end < usual.length - 2; end++) expect(() => scan(usual.slice(0, end))).toThrow(MultipartError);
  });

  test("throws nothing but its own error, and reads what it took, on random bytes", () => {
    let seed = 7;
    const below = (limit: number) => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return (seed >>> 8) % limit;
    };
    const pieces = [
      "--B",
      "--",
      "\r\n",
      "\n",
      "\r",
      'Content-Disposition: form-data; name="a"',
      field("b", "v"),
      "\xff",
      "; x",
    ];
    let taken = 0;
    for (let round = 0; round < 5000; round++) {
      const bytes = Buffer.from(usual, "latin1");
      for (let change = below(3); change > 0; change--) bytes[below(bytes.length)] = below(256);
      const made = Array.from({ length: below(12) }, () => pieces[below(pieces.length)]).join("");
      for (const body of [bytes, Buffer.from(made, "latin1"), Buffer.from(form(made), "latin1")]) {
        try {
          const found = scanMultipart(body, type);
          readAllText(found);
          expect(spliceMultipart(found, {})).toBe(body);
          const changed = scanMultipart(spliceMultipart(found, { model: "n" }), type);
          expect(readTextFields(changed, ["model"])).toEqual({ model: "n" });
          taken += 1;
        } catch (cause) {
          if (!(cause instanceof MultipartError)) throw cause;
        }
      }
    }
    expect(taken).toBeGreaterThan(500);
  });
});

describe("readTextFields()", () => {
  test("gives the named fields as strings, and lists as lists; no file", () => {
    expect(readTextFields(scan(usual), ["model", "file", "x[]", "y"])).toEqual({ model: "m", "x[]": ["1", ""] });
    const own = readTextFields(scan(form(field("__proto__", "p"))), ["__proto__"]);
    expect(Object.entries(own)).toEqual([["__proto__", "p"]]);
  });

  test("refuses a field that is no UTF-8, or longer than 64 KiB where it is asked for", () => {
    expect(() => readTextFields(scan(form(field("a", "\xff"))), ["a"])).toThrow('found invalid UTF-8 in the field "a"');
    const long = scan(form(field("a", "x".repeat(65537)), field("b", "1")));
    expect(readTextFields(long, ["b"])).toEqual({ b: "1" });
    expect(() => readTextFields(long, ["a"])).toThrow('found a field "a" longer than 65536 bytes');
    expect(readAllText(long)).toHaveProperty("b", "1");
  });
});

describe("spliceMultipart()", () => {
  const changed = (text: string, changes: Parameters<typeof spliceMultipart>[1]) =>
    textOf(spliceMultipart(scan(text), changes));

  test("replaces the value of a field and keeps every other byte", () => {
    expect(changed(usual, { model: "other" })).toBe(usual.replace("\r\nm\r\n", "\r\nother\r\n"));
  });

  test("adds a field after the last part, and takes one out", () => {
    expect(changed(form(), { model: "m", n: 2 })).toBe(form(field("model", "m"), field("n", "2")));
    expect(changed(usual, { model: removed, none: removed, file: undefined })).toBe(
      usual.slice(field("model", "m").length),
    );
    expect(changed(form(field("__proto__", "p")), {})).toBe(form(field("__proto__", "p")));
  });

  test("refuses a value that would end its part", () => {
    expect(() => changed(usual, { model: "--B--" })).toThrow("found the boundary in a changed field");
  });
});
