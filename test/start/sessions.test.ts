import { expect, test } from "bun:test";
import { pick } from "../harness/pick.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { startGateway } from "./running";

const adminToken = "test-admin-token";
const json = { "content-type": "application/json" };
const chat = { model: "demo/echo", messages: [{ role: "user", content: "Hello" }] };

/** A page that is signed in: what it sends with each request. */
async function signIn(url: string, body: object): Promise<Record<string, string>> {
  const response = await fetch(`${url}/api/sessions`, {
    method: "POST",
    headers: { ...json, origin: url, "sec-fetch-site": "same-origin" },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(201);
  const token = text(await response.json(), "csrf_token");
  return {
    cookie: (response.headers.get("set-cookie") ?? "").replace(/;.*/, ""),
    "x-csrf-token": token,
    origin: url,
  };
}

function infer(url: string, headers: Record<string, string>): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { ...json, ...headers },
    body: JSON.stringify(chat),
  });
}

test("a session opens the API through a worker, never inference, and lends keys to the playground", async () => {
  await using gateway = await startGateway();
  const { url } = gateway;
  const page = await signIn(url, { token: adminToken });
  const made = await (
    await gateway.api("POST", "/api/virtual-keys", { name: "payer", budgets: [{ limit_usd: 1, period: "1d" }] }, page)
  ).json();
  const [id, value] = [text(made, "id"), text(made, "value")];
  expect((await infer(url, page)).status).toBe(401);

  const lent = text(
    await (await gateway.api("POST", "/api/playground/tokens", { virtual_key: "payer" }, page)).json(),
    "token",
  );
  const bearer = { authorization: `Bearer ${lent}` };
  const answer = await infer(url, bearer);
  expect(answer.status).toBe(200);
  const record = await recordOf(gateway, answer.headers.get("x-headgate-id") ?? "");
  expect(record).toMatchObject({
    key_id: id,
    key_name: "payer",
    tags: { playground: "true", playground_user: "admin" },
  });
  const me = await (await gateway.api("GET", "/api/me", undefined, { authorization: `Bearer ${value}` })).json();
  expect(pick(me, "usage.requests")).toBe(1);

  expect((await gateway.api("DELETE", `/api/virtual-keys/${id}`, undefined, page)).status).toBe(204);
  expect((await infer(url, bearer)).status).toBe(401);
  const output = [adminToken, value, lent, page.cookie?.replace(/^[^=]*=/, "")];
  gateway.process.kill("SIGTERM");
  const logged = await new Response(gateway.process.stderr).text();
  for (const secret of output) expect(logged).not.toContain(secret);
});

test("`headgate admin link` signs in once, and `admin reset-token` ends what was begun with the old token", async () => {
  await using gateway = await startGateway([], { HEADGATE_ADMIN_TOKEN: "" });
  const { url, command } = gateway;
  const [, code = ""] = /#code=(.+)\n$/.exec(command("admin", "link").out) ?? [];
  const page = await signIn(url, { code });
  expect((await gateway.api("GET", "/api/providers", undefined, page)).status).toBe(200);
  expect((await gateway.api("POST", "/api/sessions", { code }, json)).status).toBe(401);
  const [, next = ""] = /#code=(.+)\n$/.exec(command("admin", "link").out) ?? [];
  const token = command("admin", "reset-token").out.trim();
  expect((await gateway.api("GET", "/api/providers", undefined, page)).status).toBe(401);
  expect((await gateway.api("POST", "/api/sessions", { code: next }, json)).status).toBe(401);
  expect((await gateway.api("POST", "/api/sessions", { token }, json)).status).toBe(201);
});

test("whoever holds a key sees its requests, and their content only where self_view says so", async () => {
  await using gateway = await startGateway();
  const { url } = gateway;
  for (const [self_view, hasContent] of [
    ["requests", false],
    ["content", true],
  ] as const) {
    const made = await (await gateway.api("POST", "/api/virtual-keys", { name: self_view, self_view })).json();
    const key = text(made, "value");
    const id = (await infer(url, { authorization: `Bearer ${key}` })).headers.get("x-headgate-id") ?? "";
    await recordOf(gateway, id);
    const page = await signIn(url, { token: key });
    const list = await (await gateway.api("GET", "/api/me/logs", undefined, page)).json();
    expect(pick(list, "data.0")).toMatchObject({ id, asked_model: "demo/echo", status: 200 });
    expect(pick(list, "data.0.request")).toBeUndefined();
    const shown = await (await gateway.api("GET", `/api/me/logs/${id}`, undefined, page)).text();
    expect([self_view, shown.includes("Hello")]).toEqual([self_view, hasContent]);
    expect((await gateway.api("GET", `/api/logs/${id}`, undefined, page)).status).toBe(403);
  }
});

test("a live tail ends with the session that asked for it", async () => {
  await using gateway = await startGateway();
  const page = await signIn(gateway.url, { token: adminToken });
  const tail = await gateway.api("GET", "/api/logs/tail", undefined, page);
  expect(tail.status).toBe(200);
  const ended = tail.text();
  expect((await gateway.api("DELETE", "/api/sessions/current", undefined, page)).status).toBe(204);
  await ended;
});

test("a key with allowed_ips is refused from elsewhere, seen through trusted proxies", async () => {
  await using gateway = await startGateway();
  const { url } = gateway;
  const make = async (name: string, allowed_ips: readonly string[]) =>
    text(await (await gateway.api("POST", "/api/virtual-keys", { name, allowed_ips })).json(), "value");
  const [near, far] = [await make("near", ["127.0.0.0/8", "::1"]), await make("far", ["10.0.0.0/8", "2001:db8::/32"])];
  const status = async (key: string, forwarded?: string) => {
    const from: Record<string, string> = forwarded === undefined ? {} : { "x-forwarded-for": forwarded };
    const headers = { ...from, authorization: `Bearer ${key}` };
    const [answer, models] = [await infer(url, headers), await fetch(`${url}/v1/models`, { headers })];
    const code = answer.headers.get("x-headgate-error");
    return [answer.status, models.status, ...(code === null ? [] : [code])];
  };
  expect(await status(near)).toEqual([200, 200]);
  expect(await status(far)).toEqual([403, 403, "policy_denied"]);
  expect(await status(far, "10.1.2.3")).toEqual([403, 403, "policy_denied"]);
  await gateway.api("PATCH", "/api/settings", { trusted_proxies: ["127.0.0.1"] });
  expect(await status(far, "10.1.2.3")).toEqual([200, 200]);
  expect(await status(near, "10.1.2.3")).toEqual([403, 403, "policy_denied"]);
  const wrong = await gateway.api("POST", "/api/virtual-keys", { name: "wrong", allowed_ips: ["10.0.0.0/33", "here"] });
  expect([wrong.status, await wrong.text()]).toEqual([400, expect.stringContaining("allowed_ips[1]")]);
});

function text(answer: unknown, field: string): string {
  return String(pick(answer, field));
}

type Asks = Pick<Awaited<ReturnType<typeof startGateway>>, "api">;

/** The record of a request, once it is stored. */
async function recordOf({ api }: Asks, id: string): Promise<unknown> {
  return waitUntil(`the record ${id}`, async () => {
    const response = await api("GET", `/api/logs/${id}`);
    return response.status === 200 && response.json();
  });
}
