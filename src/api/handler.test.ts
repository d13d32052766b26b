import { expect, test } from "bun:test";
import * as z from "zod";
import type { Log } from "#telemetry/log";
import { createApiHandler } from "./handler";
import { noInput } from "./input";
import { ok } from "./response";
import { route } from "./route";

const declared = z.strictObject({ name: z.string() });

/** A route that answers a field more than it declares. */
const talkative = route({
  method: "GET",
  path: "/api/thing",
  summary: "",
  access: "open",
  input: noInput,
  response: ok(declared),
  handle: async () => ({ name: "a", more: 1 }),
});

function createSubject(checkResponses: boolean) {
  const errors: unknown[] = [];
  const quiet = () => undefined;
  const log: Log = { debug: quiet, info: quiet, warn: quiet, error: (fields) => errors.push(fields) };
  const handler = createApiHandler({
    routes: async () => [talkative],
    token: { matches: () => false },
    metricsTokenHash: () => undefined,
    checkToken: async (_address, _hash, check) => check(),
    visitRules: () => ({ tls: false, trustedProxies: [], insecureSessions: false }),
    sessions: { find: async () => undefined, endOf: () => new AbortController().signal },
    posts: { answer: (_, handle) => handle() },
    signIns: { seen: async () => undefined },
    refusals: { refused: async () => undefined, flush: async () => undefined },
    newId: () => "id",
    log,
    checkResponses,
  });
  const ask = (method: string, path: string) =>
    handler(new Request(`http://localhost${path}`, { method }), { trusted: false, address: undefined });
  return { ask, errors };
}

test("createApiHandler() answers 500 and says why when an answer is not as declared and checks are on", async () => {
  const { ask, errors } = createSubject(true);
  const response = await ask("GET", "/api/thing");
  expect(response.status).toBe(500);
  expect(await response.text()).toContain("GET /api/thing does not answer as it declares");
  expect(errors.length).toBe(1);
});

test("createApiHandler() does not parse answers again when checks are off", async () => {
  const { ask } = createSubject(false);
  expect(await (await ask("GET", "/api/thing")).json()).toEqual({ name: "a", more: 1 });
});

test("createApiHandler() hides what exists from callers without a token, and names the methods of a known path", async () => {
  const { ask } = createSubject(true);
  expect((await ask("GET", "/api/unknown")).status).toBe(401);
  expect((await ask("GET", "/unknown")).status).toBe(404);
  const wrong = await ask("DELETE", "/api/thing");
  expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "GET"]);
  expect((await ask("GET", "/api/thing?x=1")).status).toBe(400);
});
