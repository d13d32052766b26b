import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { LimitBench } from "#limits/fixtures/limit-bench";

const adminToken = "hga-token-of-the-bench";
const keySecret = "hg-a-secret-of-the-virtual-key";
const hourMs = 3_600_000;
let bench: LimitBench;

beforeEach(async () => {
  bench = new LimitBench();
  await bench.start(
    `virtual_keys: [{ name: ci, value: ${keySecret} }, { name: other, value: hg-another-secret-of-a-key }]`,
  );
});

afterEach(() => bench[Symbol.dispose]());

type Sent = {
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  readonly address?: string;
};

/** As it comes from a browser on this machine, which a worker passed on. */
async function send(method: string, path: string, { headers = {}, body, address = "127.0.0.1" }: Sent = {}) {
  const request = new Request(`http://unused${path}`, {
    method,
    headers: {
      host: "localhost:8080",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const response = await bench.running.handler(request, { trusted: false, address });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
}

const signIn = (body: unknown, more: Sent = {}) => send("POST", "/api/sessions", { ...more, body });

/** Signs in, and gives the headers of a page that is signed in. */
async function signedIn(body: unknown = { token: adminToken }, more: Sent = {}) {
  bench.nowMs += 1;
  const answer = await signIn(body, more);
  expect(answer.status).toBe(201);
  const cookie = (answer.headers.get("set-cookie") ?? "").replace(/;.*/, "");
  return { cookie, "x-csrf-token": String(answer.body.csrf_token), ...more.headers };
}

const actions = async () => (await bench.running.store.audit.list({ limit: 100 })).map(({ event }) => event.action);

describe("POST /api/sessions", () => {
  test("signs the admin in: the cookie opens the API, and shows who it is", async () => {
    const answer = await signIn({ token: adminToken });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ kind: "admin", name: "admin", role: "admin", scope: "all" });
    expect(answer.headers.get("set-cookie")).toMatch(
      /^headgate-8080=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=28800$/,
    );
    const headers = await signedIn();
    expect((await send("GET", "/api/providers", { headers })).status).toBe(200);
    const current = await send("GET", "/api/sessions/current", { headers });
    expect([current.status, current.body.csrf_token]).toEqual([200, headers["x-csrf-token"]]);
    expect((await send("GET", "/api/sessions/current")).status).toBe(401);
    expect(await actions()).toContain("admin.sign_in");
    expect(JSON.stringify(await bench.running.store.audit.list({ limit: 100 }))).not.toContain(headers["x-csrf-token"]);
  });

  test("notes nobody who asks whether anybody is signed in, but whoever asks for it with a wrong token or cookie", async () => {
    const ask = async (headers: { readonly [name: string]: string }) =>
      expect((await send("GET", "/api/sessions/current", { headers })).status).toBe(401);
    await ask({});
    expect(await actions()).not.toContain("admin.refused");
    await ask({ authorization: "Bearer hga-wrong" });
    expect(await actions()).toContain("admin.refused");
  });

  test("sets a cookie bound to the host over TLS, also behind a proxy that is trusted", async () => {
    await bench.load("settings: { public_url: 'https://ai.example.com', trusted_proxies: [10.0.0.0/8] }");
    const proxied = { host: "gateway:8080", "x-forwarded-host": "ai.example.com", "x-forwarded-proto": "https" };
    for (const more of [{ headers: { host: "ai.example.com" } }, { headers: proxied, address: "10.1.2.3" }]) {
      const answer = await signIn({ token: adminToken }, more);
      expect(answer.headers.get("set-cookie")).toMatch(
        /^__Host-headgate=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=604800$/,
      );
    }
    expect((await signIn({ token: adminToken }, { headers: proxied })).status).toBe(421);
  });

  test("refuses plain HTTP from another machine, unless insecure_sessions takes it", async () => {
    const headers = { host: "192.168.1.10:8080" };
    expect((await signIn({ token: adminToken }, { headers })).status).toBe(403);
    await bench.load("settings: { insecure_sessions: true }");
    const page = await signedIn({ token: adminToken }, { headers });
    expect((await send("GET", "/api/providers", { headers: page })).status).toBe(200);
    await bench.load("settings: {}");
    expect((await send("GET", "/api/providers", { headers: page })).status).toBe(401);
  });

  test("takes application/json alone, from our own page or no page", async () => {
    const body = JSON.stringify({ token: adminToken });
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a"]) {
      expect((await signIn(body, { headers: { "content-type": type } })).status).toBe(415);
    }
    const foreign: readonly Record<string, string>[] = [
      { origin: "https://evil.example" },
      { origin: "null" },
      { origin: "http://localhost:9090" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
    ];
    for (const headers of foreign) {
      const { status, body: problem } = await signIn({ token: adminToken }, { headers });
      expect([status, problem.code]).toEqual([403, "csrf"]);
    }
    const own = { origin: "http://localhost:8080", "sec-fetch-site": "same-origin" };
    expect((await signIn({ token: adminToken }, { headers: own })).status).toBe(201);
    expect(
      (await signIn({ token: adminToken }, { headers: { "content-type": "application/json; charset=utf-8" } })).status,
    ).toBe(201);
  });

  test("answers 401 to what is wrong, says no more of it, and 400 to what is neither token nor code", async () => {
    for (const body of [{ token: "wrong" }, { code: "wrong" }, { code: "a".repeat(43) }]) {
      const answer = await signIn(body);
      expect([answer.status, answer.headers.get("set-cookie")]).toEqual([401, null]);
    }
    for (const body of [{}, { token: adminToken, code: "a" }, { token: "" }, { user: "me" }]) {
      expect((await signIn(body)).status).toBe(400);
    }
    expect(await actions()).toContain("admin.refused");
  });

  test("answers 429 after too many wrong tokens, and lets the owner in all the same", async () => {
    for (let count = 0; count < 10; count++) expect((await signIn({ token: "wrong" })).status).toBe(401);
    const [right, ...wrong] = await Promise.all([
      signIn({ token: adminToken }),
      ...Array.from({ length: 5 }, () => signIn({ token: "wrong" })),
    ]);
    expect(wrong.map(({ status }) => status)).toEqual(Array(5).fill(429));
    expect(wrong[0]?.headers.get("retry-after")).toBe("6");
    expect(right?.status).toBe(201);
    expect((await signIn({ token: adminToken }, { address: "192.0.2.7" })).status).toBe(201);
  });
});

describe("a session", () => {
  test("makes changes only with its own x-csrf-token, and from its own page", async () => {
    const { cookie, ...token } = await signedIn();
    const other = await signedIn();
    const create = (headers: Record<string, string>) => send("POST", "/api/teams", { headers, body: { name: "a" } });
    const refusedBy = async (headers: Record<string, string>) => {
      const { status, body } = await create({ cookie, ...headers });
      return [status, body.code];
    };
    expect(await refusedBy({})).toEqual([403, "csrf"]);
    expect(await refusedBy({ "x-csrf-token": other["x-csrf-token"] })).toEqual([403, "csrf"]);
    expect(await refusedBy({ ...token, origin: "https://evil.example" })).toEqual([403, "csrf"]);
    expect(await refusedBy({ ...token, "sec-fetch-site": "cross-site" })).toEqual([403, "csrf"]);
    const read = await send("GET", "/api/teams", { headers: { cookie, "sec-fetch-site": "cross-site" } });
    expect([read.status, read.body.code]).toEqual([403, "csrf"]);
    expect((await create({ cookie, ...token, "sec-fetch-site": "same-origin" })).status).toBe(201);
    const [event] = await bench.running.store.audit.list({ limit: 1 });
    expect(event?.event).toMatchObject({ actor: "admin_session", action: "team.create", client: "127.0.0.1" });
  });

  test("is not asked for where a bearer token is shown, which needs no x-csrf-token", async () => {
    const headers = { authorization: `Bearer ${adminToken}`, cookie: "headgate-8080=x" };
    expect((await send("POST", "/api/teams", { headers, body: { name: "a" } })).status).toBe(201);
    const wrong = { ...(await signedIn()), authorization: "Bearer wrong" };
    expect((await send("GET", "/api/teams", { headers: wrong })).status).toBe(401);
  });

  test("is one for two tabs, and a new sign-in has the older tab ask for its token again", async () => {
    const first = await signedIn();
    const create = (headers: Record<string, string>, name: string) =>
      send("POST", "/api/teams", { headers, body: { name } });
    expect([(await create(first, "a")).status, (await create({ ...first }, "b")).status]).toEqual([201, 201]);
    const second = await signedIn();
    // Both tabs send the new cookie now.
    const older = { ...first, cookie: second.cookie };
    expect((await create(older, "c")).body.code).toBe("csrf");
    const current = await send("GET", "/api/sessions/current", { headers: { cookie: second.cookie } });
    expect((await create({ ...older, "x-csrf-token": current.body.csrf_token }, "c")).status).toBe(201);
  });

  test("is found by the cookie of its own port alone, and never opens /metrics", async () => {
    const headers = await signedIn();
    expect((await send("GET", "/api/teams", { headers: { ...headers, host: "localhost:9090" } })).status).toBe(401);
    expect((await send("GET", "/metrics", { headers })).status).toBe(401);
    expect((await send("GET", "/api/teams", { headers: { ...headers, host: "evil.example:8080" } })).status).toBe(421);
  });

  test("ends by its age, and with a sign-out", async () => {
    const headers = await signedIn();
    bench.nowMs += 8 * hourMs;
    expect((await send("GET", "/api/teams", { headers })).status).toBe(401);
    const again = await signedIn();
    expect((await send("DELETE", "/api/sessions/current", { headers: { cookie: again.cookie } })).status).toBe(403);
    const out = await send("DELETE", "/api/sessions/current", { headers: again });
    expect([out.status, out.headers.get("set-cookie")]).toEqual([
      204,
      "headgate-8080=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0",
    ]);
    expect((await send("GET", "/api/teams", { headers: again })).status).toBe(401);
    expect(await actions()).toContain("admin.sign_out");
  });

  test("is listed and ended by another, and all of the admin's at once", async () => {
    const [one, two] = [await signedIn(), await signedIn({ token: keySecret })];
    const three = await signedIn({ token: adminToken }, { headers: { "user-agent": "a browser" } });
    const list = await send("GET", "/api/sessions", { headers: one });
    // By their ids: those of one millisecond stand in any order.
    const inBrowser = ({ user_agent }: { readonly user_agent?: string }) => user_agent === "a browser";
    expect(list.body.data).toHaveLength(3);
    expect(list.body.data.find(({ current }: { readonly current: boolean }) => current)).toMatchObject({
      kind: "admin",
      via: "token",
      client: "127.0.0.1",
    });
    expect(list.body.data.find(({ kind }: { readonly kind: string }) => kind === "virtual_key")).toMatchObject({
      name: "ci",
      current: false,
    });
    expect(list.body.data.find(inBrowser)).toMatchObject({ kind: "admin", current: false });
    expect(JSON.stringify(list.body)).not.toMatch(/hash|proof|csrf/);
    const { id } = list.body.data.find(inBrowser);
    expect((await send("DELETE", `/api/sessions/${id}`, { headers: one })).status).toBe(204);
    expect((await send("DELETE", `/api/sessions/${id}`, { headers: one })).status).toBe(404);
    expect((await send("GET", "/api/teams", { headers: three })).status).toBe(401);
    expect((await send("DELETE", "/api/sessions", { headers: one })).status).toBe(204);
    expect((await send("GET", "/api/teams", { headers: one })).status).toBe(401);
    expect((await send("GET", "/api/me", { headers: two })).status).toBe(200);
  });

  test("of a virtual key ends everywhere by its holder or by the admin, and nobody else's with it", async () => {
    const [one, two] = [await signedIn({ token: keySecret }), await signedIn({ token: keySecret })];
    const [other, admin] = [await signedIn({ token: "hg-another-secret-of-a-key" }), await signedIn()];
    const statuses = async () =>
      Promise.all([one, two, other].map(async (headers) => (await send("GET", "/api/me", { headers })).status));
    const out = await send("DELETE", "/api/sessions/current?everywhere=true", { headers: one });
    expect([out.status, out.headers.get("set-cookie")]).toEqual([204, expect.stringContaining("Max-Age=0")]);
    expect(await statuses()).toEqual([401, 401, 200]);
    expect(await actions()).toContain("virtual_key.sign_out_everywhere");
    expect((await send("DELETE", "/api/sessions?kind=virtual_key", { headers: admin })).status).toBe(204);
    expect(await statuses()).toEqual([401, 401, 401]);
    expect((await send("GET", "/api/teams", { headers: admin })).status).toBe(200);
    expect((await send("DELETE", "/api/sessions?kind=all", { headers: admin })).status).toBe(204);
    expect((await send("GET", "/api/teams", { headers: admin })).status).toBe(401);
  });

  test("is not what the control socket has: nobody is signed in there", async () => {
    expect((await bench.ask("GET", "/api/sessions/current")).status).toBe(401);
    expect((await bench.ask("DELETE", "/api/sessions/current")).status).toBe(401);
  });

  test("survives a restart of the control plane", async () => {
    const headers = await signedIn();
    await bench.start();
    expect((await send("GET", "/api/teams", { headers })).status).toBe(200);
  });

  test("of a virtual key opens what is about the key, and nothing else", async () => {
    const headers = await signedIn({ token: keySecret });
    const current = await send("GET", "/api/sessions/current", { headers });
    expect(current.body).toMatchObject({ kind: "virtual_key", name: "ci", role: "virtual_key", scope: "key:ci" });
    expect((await send("GET", "/api/me", { headers })).body.name).toBe("ci");
    for (const path of ["/api/providers", "/api/sessions", "/api/logs", "/api/settings", "/api/unknown"]) {
      expect([path, (await send("GET", path, { headers })).status]).toEqual([path, 403]);
    }
    expect((await send("DELETE", "/api/sessions/current", { headers })).status).toBe(204);
    expect((await send("GET", "/api/me", { headers: await signedIn() })).status).toBe(403);
  });

  test("of a virtual key ends when the key is revoked, rotated, switched off or expires", async () => {
    const admin = { authorization: `Bearer ${adminToken}` };
    const make = async (name: string, more: object = {}) =>
      (await send("POST", "/api/virtual-keys", { headers: admin, body: { name, ...more } })).body;
    const change = (method: string, path: string, body?: object) =>
      send(method, `/api/virtual-keys/${path}`, { headers: admin, ...(body !== undefined && { body }) });
    const ends: readonly [string, (id: string) => Promise<unknown>][] = [
      ["revoked", (id) => change("DELETE", id)],
      ["rotated", (id) => change("POST", `${id}/rotate`, { grace: "1h" })],
      ["off", (id) => change("PATCH", id, { active: false })],
      [
        "expired",
        async () => {
          bench.nowMs += hourMs;
        },
      ],
    ];
    for (const [name, end] of ends) {
      const expires_at = new Date(bench.nowMs + hourMs).toISOString();
      const { id, value } = await make(name, { expires_at });
      const headers = await signedIn({ token: value });
      expect((await send("GET", "/api/me", { headers })).status).toBe(200);
      await end(id);
      expect([name, (await send("GET", "/api/me", { headers })).status]).toEqual([name, 401]);
      expect([name, (await signIn({ token: value })).status]).toEqual([name, 401]);
    }
  });
});

describe("POST /api/sign-in-links", () => {
  const admin = { authorization: `Bearer ${adminToken}` };
  const makeLink = async () => {
    const { status, body } = await send("POST", "/api/sign-in-links", { headers: admin });
    expect(status).toBe(201);
    return String(body.url);
  };
  const codeOf = (url: string) => url.slice(url.indexOf("#code=") + "#code=".length);

  test("makes a link that signs in once, within ten minutes", async () => {
    const url = await makeLink();
    expect(url).toMatch(/^http:\/\/localhost:8080\/ui\/#code=[\w-]{43}$/);
    const headers = await signedIn({ code: codeOf(url) });
    expect((await send("GET", "/api/sessions", { headers })).body.data[0]).toMatchObject({
      kind: "admin",
      via: "link",
    });
    expect((await signIn({ code: codeOf(url) })).status).toBe(401);
    const late = await makeLink();
    bench.nowMs += 600_000;
    expect((await signIn({ code: codeOf(late) })).status).toBe(401);
    expect(await actions()).toContain("sign_in_link.create");
  });

  test("ends the link before, and begins with settings.public_url", async () => {
    const first = await makeLink();
    await bench.load("settings: { public_url: 'https://ai.example.com' }");
    const second = await makeLink();
    expect(second).toStartWith("https://ai.example.com/ui/#code=");
    expect((await signIn({ code: codeOf(first) })).status).toBe(401);
    expect((await signIn({ code: codeOf(second) })).status).toBe(201);
  });

  test("makes none for a session without x-csrf-token, or of a virtual key", async () => {
    const { cookie } = await signedIn();
    expect((await send("POST", "/api/sign-in-links", { headers: { cookie } })).body.code).toBe("csrf");
    expect((await send("POST", "/api/sign-in-links", { headers: await signedIn({ token: keySecret }) })).status).toBe(
      403,
    );
  });
});
