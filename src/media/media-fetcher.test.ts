import { afterAll, describe, expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { GatewayError } from "#core/errors";
import type { MediaPolicy } from "#core/media-policy";
import { createManualTime } from "#lib/fixtures/manual-time";
import { createUpstreamClient } from "#upstream/client";
import { createMediaFetcher } from "./media-fetcher";
import type { MediaKind } from "./media-type";

const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO1AAAAABJRU5ErkJggg==",
  "base64",
);
const seen: { readonly path: string; readonly headers: Headers }[] = [];
const closed: string[] = [];

/** What a hostile server has. */
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch: (request) => {
    const { pathname, port } = new URL(request.url);
    seen.push({ path: pathname, headers: request.headers });
    const [, what = "", rest = ""] = /^\/([a-z-]+)\/?(.*)$/.exec(pathname) ?? [];
    const to = (location: string) => new Response(null, { status: 302, headers: { location, "set-cookie": "a=b" } });
    switch (what) {
      case "png":
        return new Response(png, { headers: { "content-type": "text/plain" } });
      case "page":
        return new Response("<html></html>", { headers: { "content-type": "image/png" } });
      case "text":
        return new Response("a,b", { headers: { "content-type": "text/csv; charset=utf-8" } });
      case "docx":
        return new Response(Buffer.from("PK\x03\x04rest"), {
          headers: { "content-type": "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
        });
      case "hops":
        return to(rest === "0" ? "/png" : `/hops/${Number(rest) - 1}`);
      case "away":
        return to(decodeURIComponent(rest));
      case "endless":
        return new Response(endless(port), { headers: { "content-type": "image/png" } });
      case "bomb":
        return new Response(gzipSync(Buffer.alloc(200_000)), { headers: { "content-encoding": "gzip" } });
      case "silent":
        return new Promise<Response>(() => undefined);
      default:
        return new Response("no", { status: 404 });
    }
  },
});
afterAll(() => server.stop(true));

function endless(port: string): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull: (stream) => stream.enqueue(Buffer.alloc(8192, 1)),
    cancel: () => void closed.push(port),
  });
}

const strict: MediaPolicy = {
  maxBytes: 50_000,
  maxTotalBytes: 100_000,
  timeoutMs: 1000,
  allowHttp: false,
  allowPrivateNetwork: false,
};
const open: MediaPolicy = { ...strict, allowHttp: true, allowPrivateNetwork: true };

function fetcher(addresses: { readonly [host: string]: readonly string[] } = {}) {
  const time = createManualTime(25);
  const lookedUp: string[] = [];
  const upstream = createUpstreamClient({
    ticker: time.ticker,
    resolveHost: async (host) => {
      lookedUp.push(host);
      return addresses[host] ?? [];
    },
  });
  const fetchMedia = createMediaFetcher({ upstream, nowMs: time.ticker.nowMs });
  const get = (url: string, policy: MediaPolicy, kind: MediaKind = "image", signal = new AbortController().signal) =>
    fetchMedia([{ kind, url }], policy, { signal });
  return { fetchMedia, get, lookedUp, time };
}

const at = (path: string) => `http://127.0.0.1:${server.port}${path}`;

async function refusal(promise: Promise<unknown>): Promise<GatewayError> {
  const cause = await promise.catch((error: unknown) => error);
  if (cause instanceof GatewayError) return cause;
  throw new Error("Nothing was refused");
}

describe("createMediaFetcher()", () => {
  test("gives bytes with the type that they have, whatever their server calls them, and sends no credential", async () => {
    seen.length = 0;
    expect(await fetcher().get(at("/png?secret=1"), open)).toEqual([
      { mediaType: "image/png", data: png.toString("base64") },
    ]);
    const [asked] = seen;
    const usual = ["accept", "accept-encoding", "connection", "content-length", "host", "user-agent"];
    expect([...(asked?.headers.keys() ?? [])].filter((name) => !usual.includes(name))).toEqual([]);
  });

  test("takes texts and files of an office by what their server calls them", async () => {
    const { get } = fetcher();
    expect((await get(at("/text"), open, "document"))[0]?.mediaType).toBe("text/csv");
    expect((await get(at("/docx"), open, "document"))[0]?.mediaType).toContain("wordprocessingml");
  });

  test("goes to no address of this machine or its networks, however it is written or found", async () => {
    const found = {
      "inner.example": ["10.1.2.3"],
      "both.example": ["203.0.113.7", "192.168.0.1"],
      "mapped.example": ["::ffff:127.0.0.1"],
      "aws.example": ["169.254.169.254"],
    };
    const { get } = fetcher(found);
    const hosts = [
      ...["127.0.0.1", "localhost", "[::1]", "0x7f000001", "2130706433", "127.1", "0.0.0.0", "[::ffff:10.0.0.1]"],
      ...[
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "metadata.google.internal",
        "[fd00::1]",
        "[fe80::1]",
      ],
      ...["100.100.100.200", "224.0.0.1", "[64:ff9b::7f00:1]", ...Object.keys(found)],
    ];
    seen.length = 0;
    for (const host of hosts) {
      const { code, message } = await refusal(get(`https://${host}/png`, strict));
      expect([host, code, message.endsWith("its address must not be called")]).toEqual([host, "invalid_request", true]);
    }
    expect(seen).toEqual([]);
  });

  test("never goes to link-local addresses and services of metadata, though private ones are allowed", async () => {
    const { get } = fetcher({ "aws.example": ["169.254.169.254"] });
    for (const host of ["169.254.169.254", "[fe80::1]", "metadata.google.internal", "aws.example", "0.0.0.0"])
      expect((await refusal(get(`http://${host}/`, open))).message).toContain("must not be called");
  });

  test("looks every redirect up as the first address, and follows three", async () => {
    const { get } = fetcher({ "inner.example": ["169.254.169.254"] });
    expect((await get(at("/hops/2"), open))[0]?.mediaType).toBe("image/png");
    expect((await refusal(get(at("/hops/3"), open))).message).toContain("redirected more than 3 times");
    const away = (location: string) => refusal(get(at(`/away/${encodeURIComponent(location)}`), open));
    expect((await away("http://inner.example/x")).message).toContain("must not be called");
    expect((await away("http://[fe80::1]/x")).message).toContain("must not be called");
    expect((await away("file:///etc/passwd")).message).toContain("it must begin with https:// or http://");
    expect((await away("http://user:pass@127.0.0.1/")).message).toContain("a name or a password");
  });

  test("connects to the address that was looked up, and looks it up once", async () => {
    const { get, lookedUp } = fetcher({ "name.example": ["127.0.0.1"] });
    seen.length = 0;
    await get(`http://name.example:${server.port}/png`, open);
    expect(lookedUp).toEqual(["name.example"]);
    expect(seen[0]?.headers.get("host")).toBe(`name.example:${server.port}`);
  });

  test.each([
    ["http://example.com/a.png", "it must begin with https://"],
    ["https://user@example.com/a.png", "it has a name or a password in it"],
    ["https://unknown.example/a.png", "its host name is unknown"],
  ])("refuses %s", async (url, why) => {
    expect((await refusal(fetcher().get(url, strict))).message).toContain(why);
  });

  test.each([
    ["/missing", "image", "status 404"],
    ["/page", "image", "no image that could be told by its bytes"],
    ["/png", "document", "no document"],
    ["/text", "image", "no image"],
    ["/endless", "image", "longer than 50000 bytes"],
    ["/bomb", "image", "longer than 50000 bytes"],
  ] as const)("refuses what is at %s as %s", async (path, kind, why) => {
    const { message, options } = await refusal(fetcher().get(at(path), open, kind));
    expect(message).toContain(why);
    expect(message).toContain(`Cannot fetch the ${kind} at http://127.0.0.1`);
    expect(options.shouldRetry).toBe(false);
  });

  test("shows nothing of a query, where secrets stand", async () => {
    const { message } = await refusal(fetcher().get(at("/missing?token=abc#d"), open));
    expect(message).not.toContain("token");
  });

  test("gives all media of a request a length together", async () => {
    const { fetchMedia } = fetcher();
    const three = [1, 2, 3].map((index) => ({ kind: "image", url: at(`/png?${index}`) }) as const);
    const caller = { signal: new AbortController().signal };
    const policy = { ...open, maxTotalBytes: 2 * png.length + 10 };
    expect((await refusal(fetchMedia(three, policy, caller))).message).toContain("longer than 10 bytes");
    expect(await fetchMedia(three.slice(0, 2), policy, caller)).toHaveLength(2);
    const many = Array.from({ length: 65 }, () => three[0] ?? ({ kind: "image", url: "" } as const));
    expect((await refusal(fetchMedia(many, policy, caller))).message).toContain("more than 64 addresses");
  });

  test("gives up in time, and when the client leaves", async () => {
    const { get, time } = fetcher();
    const slow = refusal(get(at("/silent"), open));
    await Bun.sleep(20);
    await time.advance(1100);
    expect((await slow).message).toContain("it took too long");
    const leaving = new AbortController();
    const left = refusal(get(at("/silent"), open, "image", leaving.signal));
    await Bun.sleep(20);
    await time.advance(50);
    leaving.abort();
    expect((await left).code).toBe("client_closed");
  });

  test("asks for sixteen at a time, whoever wants them", async () => {
    let running = 0;
    let most = 0;
    const upstream = createUpstreamClient({ ticker: createManualTime(25).ticker });
    const fetchMedia = createMediaFetcher({
      nowMs: () => 0,
      upstream: async (request) => {
        most = Math.max(most, ++running);
        const response = await upstream(request);
        await Bun.sleep(1);
        running -= 1;
        return response;
      },
    });
    const caller = { signal: new AbortController().signal };
    const all = Array.from({ length: 40 }, () =>
      fetchMedia([{ kind: "image", url: at("/png") }], { ...open, timeoutMs: 60_000 }, caller),
    );
    expect((await Promise.all(all)).flat()).toHaveLength(40);
    expect(most).toBe(16);
  });
});
