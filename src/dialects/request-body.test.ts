import { expect, test } from "bun:test";
import { GatewayError } from "#core/errors";
import { decodeRequest } from "#relay/request/decode-request";
import { completion } from "./openai-chat/operations";
import type { Operation } from "./operation";
import { changeFields, headersOf, parseBody, scanBody } from "./request-body";

const type = "multipart/form-data; boundary=B";
const form = (prompt: string) =>
  Buffer.from(
    [
      '--B\r\nContent-Disposition: form-data; name="model"\r\n\r\nm',
      `--B\r\nContent-Disposition: form-data; name="prompt"\r\n\r\n${prompt}`,
      '--B\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\n\u0089PNG',
      "--B--",
    ].join("\r\n"),
    "latin1",
  );

test("scanBody() looks at the content type of a form alone", () => {
  expect(parseBody(scanBody("json", Buffer.from('{"a":1}'), () => type))).toEqual({ a: 1 });
  expect(parseBody(scanBody("multipart", form("p"), () => type))).toEqual({ model: "m", prompt: "p" });
  const needed = "Cannot read the request: its content-type must be multipart/form-data with a boundary, found";
  expect(() => scanBody("multipart", form("p"), () => null)).toThrow(`${needed} nothing`);
  expect(() => scanBody("multipart", form("p"), () => "text/plain")).toThrow(`${needed} "text/plain"`);
  expect(() => scanBody("json", form("p"), () => type)).toThrow("Cannot read the request body as JSON: found");
});

test("a form is refused as the client's fault wherever it is read", () => {
  const invalid = (work: () => unknown) => {
    try {
      work();
    } catch (cause) {
      return cause instanceof GatewayError ? `${cause.code}: ${cause.message}` : cause;
    }
    return undefined;
  };
  const start = "invalid_request: Cannot read the request body as multipart/form-data: found";
  expect(invalid(() => scanBody("multipart", form("p").subarray(0, 60), () => type))).toStartWith(start);
  const body = scanBody("multipart", form("\u00ff"), () => type);
  expect(invalid(() => parseBody(body))).toStartWith(`${start} invalid UTF-8 in the field "prompt"`);
  expect(invalid(() => changeFields(body, { model: "--B" }))).toStartWith(`${start} the boundary in a changed field`);
});

test("headersOf() sends a form under the client's boundary", () => {
  expect(headersOf(scanBody("multipart", form("p"), () => type))).toEqual({ "content-type": type });
  expect(headersOf(scanBody("json", Buffer.from("{}"), () => type))).toEqual({});
});

test("demand() of a form bounds the text of its fields, and says that its files are not bounded", () => {
  const edit: Operation = { ...completion, body: "multipart", translation: undefined };
  const demandOf = (prompt: string) =>
    edit.demand(
      decodeRequest(
        { header: () => type, headersLike: () => [], pathModel: undefined, pathStream: undefined, query: "" },
        form(prompt),
        edit,
      ),
    );
  expect(demandOf("four")).toMatchObject({ inputTokens: 5 + 128, likelyInputTokens: 2, refersElsewhere: true });
});
