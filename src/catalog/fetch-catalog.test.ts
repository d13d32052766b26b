import { afterEach, describe, expect, test } from "bun:test";
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { fetchCatalog } from "./fetch-catalog";

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

const text = 'maker\tm\t{"contextTokens":1}\n';
const sha256 = createHash("sha256").update(text).digest("hex");

function serve(answer: (path: string) => Response): string {
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request) => answer(new URL(request.url).pathname),
  });
  cleanups.push(() => void server.stop(true));
  return `http://127.0.0.1:${server.port}/catalog.txt`;
}

function keyPair() {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const bytes = publicKey.export({ format: "der", type: "spki" }).subarray(-32);
  return { publicKey: bytes.toString("base64"), signed: sign(null, Buffer.from(text), privateKey).toString("base64") };
}

describe("fetchCatalog()", () => {
  test("takes the bytes whose SHA-256 is named, and no others", async () => {
    const url = serve(() => new Response(text));
    expect(await fetchCatalog({ url, sha256: sha256.toUpperCase() })).toBe(text);
    expect(fetchCatalog({ url, sha256: "0".repeat(64) })).rejects.toThrow("another SHA-256");
  });

  test("takes the bytes that the key signed, and no others", async () => {
    const [own, other] = [keyPair(), keyPair()];
    const url = serve((path) => new Response(path.endsWith(".sig") ? `${own.signed}\n` : text));
    expect(await fetchCatalog({ url, publicKey: own.publicKey })).toBe(text);
    expect(fetchCatalog({ url, publicKey: other.publicKey })).rejects.toThrow("not of the key");
    const changed = serve((path) => new Response(path.endsWith(".sig") ? own.signed : text.replace("1", "2")));
    expect(fetchCatalog({ url: changed, publicKey: own.publicKey })).rejects.toThrow("not of the key");
    const unsigned = serve((path) => (path.endsWith(".sig") ? new Response("", { status: 404 }) : new Response(text)));
    expect(fetchCatalog({ url: unsigned, publicKey: own.publicKey })).rejects.toThrow("status 404");
  });

  test("follows no redirect, takes no error, and ends what is too long", async () => {
    const moved = serve(() => Response.redirect("http://127.0.0.1:9/"));
    expect(fetchCatalog({ url: moved, sha256 })).rejects.toThrow();
    expect(fetchCatalog({ url: serve(() => new Response("no", { status: 500 })), sha256 })).rejects.toThrow(
      "status 500",
    );
    let sent = 0;
    const endless = serve(
      () =>
        new Response(
          new ReadableStream({
            pull: (stream) => {
              sent += 1 << 20;
              stream.enqueue(new Uint8Array(1 << 20));
            },
          }),
        ),
    );
    await expect(fetchCatalog({ url: endless, sha256 })).rejects.toThrow("longer than");
    expect(sent).toBeLessThan(64 << 20);
  });
});
