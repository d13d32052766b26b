import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { headersOf, madeRequest, textOf } from "#server/fixtures/made-request";
import { startServer } from "#server/server";
import { createControlProxy } from "./control-proxy";

const directory = mkdtempSync(join(tmpdir(), "headgate-proxy-"));
const socket = join(directory, "control.sock");
const go = Promise.withResolvers<void>();

const control = Bun.serve({
  unix: socket,
  fetch: async (request) => {
    const { pathname, search } = new URL(request.url);
    if (pathname === "/api/stream") {
      return new Response(
        (async function* () {
          yield "first ";
          await go.promise;
          yield "second";
        })(),
      );
    }
    if (pathname === "/") return Response.redirect("/ui/", 302);
    if (pathname === "/api/gone") return new Response(null, { status: 204 });
    return Response.json(
      {
        method: request.method,
        target: pathname + search,
        headers: Object.fromEntries(request.headers),
        body: await request.text(),
      },
      { status: 201, headers: { "set-cookie": "a=b", "keep-alive": "timeout=5" } },
    );
  },
});
const proxy = createControlProxy(socket);
const publicServer = startServer({
  port: 0,
  host: "127.0.0.1",
  reusePort: false,
  handler: (request) => proxy(request, request.target),
  onCut: () => undefined,
});
const base = `http://127.0.0.1:${publicServer.port}`;

afterAll(() => {
  void publicServer.stop();
  control.stop(true);
  rmSync(directory, { recursive: true, force: true });
});

describe("createControlProxy()", () => {
  test("goes to the successor's socket when its own generation's is gone", async () => {
    const folder = mkdtempSync(join(tmpdir(), "headgate-successor-"));
    const successor = Bun.serve({ unix: join(folder, "control-12.sock"), fetch: () => new Response("successor") });
    try {
      const answer = await createControlProxy(join(folder, "control-9.sock"))(madeRequest("/api"), "/api");
      expect(await textOf(answer)).toBe("successor");
    } finally {
      successor.stop(true);
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("waits for the successor, and sends a change once, when somebody takes it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "headgate-replaced-"));
    const late = createControlProxy(join(folder, "control-1.sock"));
    const read = late(madeRequest("/ui/"), "/ui/");
    const change = late(madeRequest("/api/keys", { method: "POST", body: "{}" }), "/api/keys");
    const asked: string[] = [];
    const fetch = async (request: Request) => {
      asked.push(`${request.method} ${await request.text()}`);
      return new Response("successor");
    };
    const successor = Bun.serve({ unix: join(folder, "control-2.sock"), fetch });
    try {
      expect(await textOf(await read)).toBe("successor");
      expect(await textOf(await change)).toBe("successor");
      expect(asked.toSorted()).toEqual(["GET ", "POST {}"]);
    } finally {
      successor.stop(true);
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("sends no change twice: one that was taken and not answered is 503", async () => {
    const folder = mkdtempSync(join(tmpdir(), "headgate-broken-"));
    let taken = 0;
    const dying = Bun.listen({
      unix: join(folder, "control-1.sock"),
      socket: {
        data: (connection) => {
          taken += 1;
          connection.end();
        },
      },
    });
    const proxy = createControlProxy(join(folder, "control-1.sock"));
    const answer = await proxy(madeRequest("/api/keys", { method: "POST", body: "{}" }), "/api/keys");
    expect([answer.status, taken]).toEqual([503, 1]);
    dying.stop(true);
    rmSync(folder, { recursive: true, force: true });
  });

  test("answers 504 where the control plane takes a request and does not answer, as one that hangs", async () => {
    const folder = mkdtempSync(join(tmpdir(), "headgate-hanging-"));
    let taken = 0;
    const hanging = Bun.listen({ unix: join(folder, "control-1.sock"), socket: { data: () => void taken++ } });
    const proxy = createControlProxy(join(folder, "control-1.sock"), { answerTimeoutMs: 200 });
    const answer = await proxy(madeRequest("/api/keys", { method: "POST", body: "{}" }), "/api/keys");
    expect([answer.status, taken > 0]).toEqual([504, true]);
    expect(String(answer.body)).toContain("did not answer within 0.2 s");
    hanging.stop(true);
    rmSync(folder, { recursive: true, force: true });
  });

  test("hands over method, path, query, headers and body, and marks the request as forwarded", async () => {
    const response = await fetch(`${base}/api/keys?limit=2&after=a%2Fb`, {
      method: "PUT",
      body: "x".repeat(100_000),
      headers: {
        authorization: "Bearer t",
        "x-headgate-forwarded": "0",
        "x-headgate-peer": "192.0.2.9",
        te: "trailers",
        "x-hop": "1",
        connection: "x-hop",
      },
    });
    expect(response.status).toBe(201);
    expect(response.headers.get("set-cookie")).toBe("a=b");
    expect(response.headers.get("keep-alive")).toBeNull();
    const seen = await response.json();
    expect(seen).toMatchObject({ method: "PUT", target: "/api/keys?limit=2&after=a%2Fb", body: "x".repeat(100_000) });
    expect(seen).toHaveProperty("headers.authorization", "Bearer t");
    expect(seen).toHaveProperty("headers.x-headgate-forwarded", "1");
    expect(seen).toHaveProperty("headers.x-headgate-peer", "127.0.0.1");
    expect(seen).toHaveProperty("headers.host", `127.0.0.1:${publicServer.port}`);
    expect(seen).not.toHaveProperty("headers.te");
    expect(seen).not.toHaveProperty("headers.x-hop");
  });

  test("streams answers as they come and leaves redirects and empty answers alone", async () => {
    const reader = (await fetch(`${base}/api/stream`)).body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("first ");
    go.resolve();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("second");
    const redirect = await fetch(`${base}/`, { redirect: "manual" });
    expect([redirect.status, redirect.headers.get("location")]).toEqual([302, "/ui/"]);
    expect((await fetch(`${base}/api/gone`)).status).toBe(204);
    expect((await fetch(`${base}/api/x`, { method: "HEAD" })).status).toBe(201);
  });

  test("answers 503 problem+json while the control plane is away", async () => {
    const away = createControlProxy(join(directory, "nobody.sock"));
    const answer = await away(madeRequest("/api/keys"), "/api/keys");
    expect(answer.status).toBe(503);
    expect(headersOf(answer)).toMatchObject({ "content-type": "application/problem+json", "retry-after": "1" });
    expect(JSON.parse(await textOf(answer))).toMatchObject({ status: 503, title: "Service Unavailable" });
  });
});
