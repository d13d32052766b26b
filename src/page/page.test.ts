import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { createPage } from "./page";
import { folderSource, packSource } from "./page-source";

const script = "console.log('a script that is long enough to be worth compressing');\n".repeat(20);
let scratch: string;
let dist: string;

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "hg-page-"));
  dist = join(scratch, "dist");
  mkdirSync(join(dist, "assets"), { recursive: true });
  writeFileSync(join(dist, "assets", "main-1a2b.js"), script);
  writeFileSync(join(dist, "favicon.svg"), "<svg/>");
  writeFileSync(join(dist, "index.html"), "<!doctype html><div id=root></div>");
  writeFileSync(join(scratch, "secret.txt"), "secret");
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function ask(path: string, headers: Record<string, string> = {}, method = "GET", folder = dist): Promise<Response> {
  return createPage(folderSource(folder))(new Request(`http://localhost:8080${path}`, { method, headers }));
}

test("createPage() answers every path of the page with index.html, which is asked for anew each time", async () => {
  for (const path of ["/ui/", "/ui/index.html", "/ui/requests?model=a", "/ui/keys/a.b%2Fc"]) {
    const response = await ask(path);
    expect([response.status, response.headers.get("cache-control")]).toEqual([200, "no-cache"]);
    expect(await response.text()).toContain("id=root");
  }
  const again = await ask("/ui/", { "if-none-match": (await ask("/ui/")).headers.get("etag") ?? "" });
  expect([again.status, await again.text()]).toEqual([304, ""]);
});

test("createPage() sends the security headers with everything", async () => {
  const paths = ["/ui/", "/ui", "/ui/assets/main-1a2b.js", "/ui/assets/none.js"];
  const answers = [...paths.map((path) => ask(path)), ask("/ui/", {}, "POST"), ask("/ui/", {}, "GET", "/nowhere")];
  for (const { headers } of await Promise.all(answers)) {
    expect(headers.get("content-security-policy")).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: blob:; " +
        "font-src 'self'; frame-ancestors 'none'",
    );
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("referrer-policy")).toBe("same-origin");
    expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
    expect(headers.get("permissions-policy")).toContain("camera=()");
  }
});

test("createPage() sends files compressed as the client takes them, and for ever those with a hash in their name", async () => {
  const path = "/ui/assets/main-1a2b.js";
  const brotli = await ask(path, { "accept-encoding": "gzip, deflate, br, zstd" });
  expect(brotli.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  expect(brotli.headers.get("content-encoding")).toBe("br");
  expect(brotli.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  expect(brotliDecompressSync(await brotli.bytes()).toString()).toBe(script);
  const gzip = await ask(path, { "accept-encoding": "br;q=0, gzip;q=0.5" });
  expect(gunzipSync(await gzip.bytes()).toString()).toBe(script);
  const plain = await ask(path);
  expect([plain.headers.get("content-encoding"), await plain.text()]).toEqual([null, script]);
  expect(await (await ask(path, {}, "HEAD")).text()).toBe("");
});

test("createPage() answers 404 for an asset that is not there, and nothing outside its folder", async () => {
  expect((await ask("/ui/assets/old-9z.js")).status).toBe(404);
  for (const path of ["/ui/..%2fsecret.txt", "/ui/%2e%2e/secret.txt", "/ui/assets/../../secret.txt", "/ui/.hidden"]) {
    expect(await (await ask(path)).text()).not.toContain("secret");
  }
  expect((await ask("/ui/favicon.svg")).headers.get("content-type")).toBe("image/svg+xml");
  expect((await ask("/ui/", {}, "DELETE")).status).toBe(405);
});

test("createPage() leads /ui to /ui/", async () => {
  const response = await ask("/ui");
  expect([response.status, response.headers.get("location")]).toEqual([302, "/ui/"]);
});

test("createPage() says that the page is being built until it is, without script or style, and serves the next build", async () => {
  const folder = join(scratch, "later");
  const page = createPage(folderSource(folder));
  const get = () => page(new Request("http://localhost:8080/ui/requests"));
  const before = await get();
  expect([before.status, before.headers.get("refresh"), before.headers.get("cache-control")]).toEqual([
    503,
    "2",
    "no-store",
  ]);
  const html = await before.text();
  expect(html).toContain("The dashboard is being built");
  expect(html).not.toMatch(/<script|<style|style=|\son\w+=/);
  mkdirSync(folder);
  writeFileSync(join(folder, "index.html"), "first");
  expect(await (await get()).text()).toBe("first");
  writeFileSync(join(folder, "index.html"), "the second build");
  expect(await (await get()).text()).toBe("the second build");
});

test("packSource() serves the files of a pack, and is not there without one", async () => {
  const file = join(scratch, "dashboard.pack");
  expect(packSource(file)).toBeUndefined();
  const entries = { "index.html": "page", "assets/a-1.js": script };
  const packed = Object.entries(entries).map(([name, text]) => [name, Buffer.from(text).toString("base64")]);
  writeFileSync(file, JSON.stringify(Object.fromEntries(packed)));
  const source = packSource(file);
  if (source === undefined) throw new Error("There is no source");
  const page = createPage(source);
  expect(await (await page(new Request("http://localhost/ui/assets/a-1.js"))).text()).toBe(script);
  expect(await (await page(new Request("http://localhost/ui/x"))).text()).toBe("page");
  expect((await page(new Request("http://localhost/ui/assets/constructor"))).status).toBe(404);
});
