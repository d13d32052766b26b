import { gzipSync } from "node:zlib";
import type { RawPart } from "./raw-socket";

/** One way to abuse the public port, and what has to come of it. */
export type AbuseCase = {
  readonly name: string;
  readonly parts: readonly RawPart[];
  /** Statuses that are right; 0 stands for a close without an answer. */
  readonly statuses: readonly number[];
  /** Whether the connection has to be closed as well. */
  readonly closes: boolean;
};

/** What the abused server is told to allow. */
export const abuseLimits = { maxBodyBytes: 1024 * 1024, stallMs: 1500 };

const path = "/v1/chat/completions";
const post = `POST ${path} HTTP/1.1\r\nhost: gateway\r\nauthorization: Bearer hg-abuse\r\n`;
const get = "GET /v1/models HTTP/1.1\r\nhost: gateway\r\n";
const chunked = `${post}transfer-encoding: chunked\r\n\r\n`;

export const abuseCases: readonly AbuseCase[] = [
  // Two readers, two lengths: request smuggling (RFC 9112 § 6.3).
  malformed(
    "content-length and transfer-encoding",
    `${post}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
  ),
  malformed(
    "transfer-encoding and content-length",
    `${post}transfer-encoding: chunked\r\ncontent-length: 4\r\n\r\n0\r\n\r\n`,
  ),
  malformed("two content-lengths", `${post}content-length: 1\r\ncontent-length: 2\r\n\r\nab`),
  malformed("a list of content-lengths", `${post}content-length: 1, 1\r\n\r\na`),
  malformed("a content-length with a plus", `${post}content-length: +1\r\n\r\na`),
  malformed("a negative content-length", `${post}content-length: -1\r\n\r\na`),
  malformed("a hexadecimal content-length", `${post}content-length: 0x1\r\n\r\na`),
  malformed("a content-length beyond all numbers", `${post}content-length: ${"9".repeat(30)}\r\n\r\na`),
  malformed("an unknown transfer-encoding", `${post}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n`),
  malformed(
    "transfer-encoding twice",
    `${post}transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
  ),
  malformed("a blank before the colon", `${post}transfer-encoding : chunked\r\n\r\n0\r\n\r\n`),
  malformed("a chunk size that is no number", `${chunked}ZZ\r\n{}\r\n0\r\n\r\n`),
  malformed("a negative chunk size", `${chunked}-1\r\n{}\r\n0\r\n\r\n`),
  malformed("a chunk size with 0x", `${chunked}0x2\r\n{}\r\n0\r\n\r\n`),
  malformed("a chunk size beyond all numbers", `${chunked}FFFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n`),
  malformed("a chunk longer than its size", `${chunked}2\r\n{}{}{}\r\n0\r\n\r\n`),
  malformed("chunk lines that end in LF", `${chunked}2\n{}\n0\n\n`),
  // Hosts and targets.
  malformed("two Host headers", "GET /v1/models HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n"),
  malformed("the same Host twice", "GET /v1/models HTTP/1.1\r\nhost: a\r\nhost: a\r\n\r\n"),
  malformed("a list of hosts", "GET /v1/models HTTP/1.1\r\nhost: a, b\r\n\r\n"),
  malformed("a Host with a path", "GET /v1/models HTTP/1.1\r\nhost: a/b\r\n\r\n"),
  malformed("a Host with a user", "GET /v1/models HTTP/1.1\r\nhost: a@b\r\n\r\n"),
  malformed("an empty Host", "GET /v1/models HTTP/1.1\r\nhost: \r\n\r\n"),
  malformed("no Host", "GET /v1/models HTTP/1.1\r\n\r\n"),
  malformed("dot segments", "GET /v1/../api/settings HTTP/1.1\r\nhost: gateway\r\n\r\n"),
  malformed("encoded dot segments", "GET /v1/%2e%2E/api/settings HTTP/1.1\r\nhost: gateway\r\n\r\n"),
  malformed("half-encoded dot segments", "GET /v1/.%2e/metrics HTTP/1.1\r\nhost: gateway\r\n\r\n"),
  malformed("dot segments after backslashes", "GET /v1\\..\\api\\settings HTTP/1.1\r\nhost: gateway\r\n\r\n"),
  malformed("dot segments after empty ones", "GET /v1//../../api/settings HTTP/1.1\r\nhost: gateway\r\n\r\n"),
  malformed("deep dot segments", `GET ${"/v1".repeat(20)}${"/..".repeat(20)}/ui/ HTTP/1.1\r\nhost: gateway\r\n\r\n`),
  malformed("dot segments out of the admin API", "GET /api/../v1/models HTTP/1.1\r\nhost: gateway\r\n\r\n"),
  malformed(
    "dot segments among ours",
    `POST /v1/./chat/completions HTTP/1.1\r\nhost: gateway\r\ncontent-length: 2\r\n\r\n{}`,
  ),
  malformed("a fragment", "GET /v1/models#x HTTP/1.1\r\nhost: gateway\r\n\r\n"),
  malformed("a target without a slash", "GET models HTTP/1.1\r\nhost: gateway\r\n\r\n"),
  malformed("a tunnel", "CONNECT evil:443 HTTP/1.1\r\nhost: gateway\r\n\r\n"),
  malformed("a star", "OPTIONS * HTTP/1.1\r\nhost: gateway\r\n\r\n"),
  answered(
    "an absolute target, which leads to its path here",
    "GET http://evil/nowhere HTTP/1.1\r\nhost: gateway\r\n\r\n",
    404,
  ),
  // Bytes that do not belong there.
  malformed("NUL in the path", "GET /v1/\0models HTTP/1.1\r\nhost: gateway\r\n\r\n"),
  malformed("NUL in a value", `${get}x-a: a\0b\r\n\r\n`),
  malformed("NUL in a name", `${get}x\0a: b\r\n\r\n`),
  malformed("a lone CR in a value", `${get}x-a: a\rb: c\r\n\r\n`),
  malformed("LF alone", "GET /v1/models HTTP/1.1\nhost: gateway\n\n"),
  malformed("a folded line", `${get}x-a: b\r\n c\r\n\r\n`),
  malformed("a header without colon", `${get}xa\r\n\r\n`),
  malformed("a header without name", `${get}: b\r\n\r\n`),
  malformed("a blank in a name", `${get}x a: b\r\n\r\n`),
  malformed("a blank in the target", "GET /v1/ models HTTP/1.1\r\nhost: gateway\r\n\r\n"),
  // Versions and methods.
  malformed("HTTP/0.9", "GET /v1/models\r\n"),
  malformed("HTTP/1.2", "GET /v1/models HTTP/1.2\r\nhost: gateway\r\n\r\n"),
  malformed("HTTP/2.0 by name", "GET /v1/models HTTP/2.0\r\nhost: gateway\r\n\r\n"),
  malformed("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
  malformed("a method that does not exist", "FOO /v1/models HTTP/1.1\r\nhost: gateway\r\n\r\n"),
  malformed("a method in lower case", "get /v1/models HTTP/1.1\r\nhost: gateway\r\n\r\n"),
  malformed(
    "a TLS hello",
    Uint8Array.of(0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03, 0x0d, 0x0a, 0x0d, 0x0a),
  ),
  answered("TRACE", "TRACE /v1/models HTTP/1.1\r\nhost: gateway\r\n\r\n", 405),
  { ...answered("HTTP/1.0", "GET /healthz HTTP/1.0\r\n\r\n", 200), closes: true },
  // Too much.
  malformed("a header of 100 kB", `${get}x-a: ${"a".repeat(100_000)}\r\n\r\n`),
  malformed("5,000 headers", `${get}${"x-a: b\r\n".repeat(5000)}\r\n`),
  malformed("a path of 100 kB", `GET /${"a".repeat(100_000)} HTTP/1.1\r\nhost: gateway\r\n\r\n`),
  answered("a body that says it is too long", `${post}content-length: ${abuseLimits.maxBodyBytes + 1}\r\n\r\n{`, 413),
  answered("chunks that grow too long", `${chunked}${`10000\r\n${" ".repeat(65536)}\r\n`.repeat(17)}`, 413),
  {
    name: "a body that goes on after its refusal",
    parts: [`${post}content-length: 999999999\r\n\r\n`, { drip: " ".repeat(200), everyMs: 100 }],
    statuses: [413],
    closes: true,
  },
  answered("a gzip bomb", body(gzipSync(Buffer.alloc(64 * 1024 * 1024)), "content-encoding: gzip\r\n"), 413),
  answered("gzip that is none", body("{}", "content-encoding: gzip\r\n"), 400),
  answered("an unknown content-encoding", body("{}", "content-encoding: lzma\r\n"), 415),
  answered("two content-encodings", body("{}", "content-encoding: gzip, br\r\n"), 415),
  // Bodies that two readers may take differently.
  answered("no body", `${post}content-length: 0\r\n\r\n`, 400),
  answered("JSON 100,000 arrays deep", body(`{"a":${"[".repeat(100_000)}`), 400),
  answered("JSON 100,000 objects deep", body('{"a":'.repeat(100_000)), 400),
  answered("a key twice", body('{"model":"a","model":"b"}'), 400),
  answered("a key twice after unescaping", body('{"model":"a","mod\\u0065l":"b"}'), 400),
  answered("__proto__", body('{"__proto__":{"model":"a"}}'), 400),
  answered("a byte order mark", body(Buffer.from('\uFEFF{"model":"a"}')), 400),
  answered("UTF-16", body(Buffer.from('{"model":"a"}', "utf16le")), 400),
  answered("invalid UTF-8", body(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d)), 400),
  answered("NaN", body('{"model":"a","n":NaN}'), 400),
  answered("two documents", body('{"model":"a"}{"model":"b"}'), 400),
  answered("two different keys", `${post}x-api-key: hg-other\r\ncontent-length: 13\r\n\r\n{"model":"a"}`, 401),
  answered(
    "an AWS signature",
    "POST /v1/messages HTTP/1.1\r\nhost: a\r\nauthorization: AWS4-HMAC-SHA256 x\r\ncontent-length: 2\r\n\r\n{}",
    401,
  ),
  // Too slow.
  slow("nothing at all", []),
  slow("half of the headers", [get]),
  slow("headers byte by byte", [`${get}x-a: `, { drip: "a".repeat(200), everyMs: 150 }]),
  slow("headers line by line", [get, ...Array.from({ length: 40 }, () => ["x-a: b\r\n", 500]).flat()]),
  { ...slow("a body that stops", [`${post}content-length: 20\r\n\r\n{"model"`]), statuses: [408] },
  { ...slow("a chunked body that stops", [`${chunked}2\r\n{"\r\n`]), statuses: [408] },
  {
    ...slow("a body byte by byte", [`${post}content-length: 500\r\n\r\n`, { drip: " ".repeat(400), everyMs: 50 }]),
    statuses: [408],
  },
];

/** Refused by the HTTP parser or the request guard, and closed. */
function malformed(name: string, part: RawPart): AbuseCase {
  return { name, parts: [part], statuses: [0, 400, 405, 413, 431, 501, 505], closes: true };
}

/** Well-formed HTTP with something wrong in it. */
function answered(name: string, part: RawPart | readonly RawPart[], status: number): AbuseCase {
  const parts = Array.isArray(part) ? part : [part];
  return { name, parts, statuses: [status], closes: false };
}

function slow(name: string, parts: readonly RawPart[]): AbuseCase {
  return { name, parts, statuses: [0, 408], closes: true };
}

function body(content: string | Uint8Array, headers = ""): Uint8Array {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from(`${post}${headers}content-length: ${bytes.length}\r\n\r\n`), bytes]);
}
