import { describe, expect, test } from "bun:test";
import { findDialect } from "#dialects/find-dialect";
import { dialects } from "#dialects/registry";
import { createManualTime } from "#lib/fixtures/manual-time";
import { errorResponse } from "#relay/error-response";
import { madeRequest, textOf } from "#server/fixtures/made-request";
import { createBufferBudget } from "./buffer-budget";
import { createDataPlane, type DataPlaneServices } from "./data-plane";

const answer = { status: 500, contentType: "", headers: { id: "", requestId: "" }, body: "" };
const services: DataPlaneServices = {
  dialects,
  infer: async () => answer,
  models: () => answer,
  refuse: ({ status }) => ({ ...answer, status }),
  control: async () => ({ status: 200, headers: "", body: "" }),
  notReady: () => [],
  warnings: () => [],
  budget: createBufferBudget(() => 0),
  maxBodyBytes: () => 0,
  cors: () => undefined,
  ticker: createManualTime().ticker,
};

describe("createDataPlane()", () => {
  test.each([400, 417, 431, 501, 505] as const)("words and counts a head that is refused with %d", async (status) => {
    const codes: string[] = [];
    const { unreadable } = createDataPlane({
      ...services,
      refuse: (error, name) => {
        codes.push(error.code);
        return errorResponse(error, findDialect(dialects, name), { id: "i", requestId: "r" });
      },
    });
    const found = unreadable?.(status) ?? { status: 0, headers: "", body: "" };
    expect(found.status).toBe(status);
    expect(found.headers).toContain("x-headgate-error: invalid_request\r\n");
    expect(found.headers).toContain("x-headgate-id: i\r\n");
    expect(JSON.parse(await textOf(found))).toMatchObject({
      error: { message: expect.stringContaining("Cannot read the request: "), code: "invalid_request" },
    });
    expect(codes).toEqual(["invalid_request"]);
  });

  const reasons = ["the journal cannot be written"];
  const cases: readonly (readonly [what: string, notReady: readonly string[], draining: boolean, body: object])[] = [
    ["takes requests", [], false, { status: "ready" }],
    ["cannot record them", reasons, false, { status: "not ready", reasons }],
    ["is draining", [], true, { status: "not ready", reasons: ["this worker is draining"] }],
  ];
  test.each(cases)("answers /readyz when it %s", async (_, notReady, draining, body) => {
    for (const warnings of [[], ["look here"]]) {
      const handle = createDataPlane({ ...services, notReady: () => notReady, warnings: () => warnings });
      const found = await handle(madeRequest("/readyz", { isDraining: draining }));
      expect(found.status).toBe("reasons" in body ? 503 : 200);
      expect(JSON.parse(await textOf(found))).toEqual(warnings.length > 0 ? { ...body, warnings } : body);
    }
  });

  const upgrades: readonly (readonly [method: string, path: string, upgrade: string, status: number])[] = [
    ["GET", "/v1/chat/completions", "websocket", 426],
    ["GET", "/v1/messages", "WebSocket", 426],
    ["GET", "/v1/messages", "h2c", 405],
    ["GET", "/v1/realtime", "websocket", 404],
    ["GET", "/healthz", "websocket", 200],
    ["POST", "/v1/chat/completions", "websocket", 500],
  ];
  test.each(upgrades)("answers %s %s with an upgrade to %s by %d", async (method, path, upgrade, status) => {
    const handle = createDataPlane(services);
    const found = await handle(madeRequest(path, { method, headers: { upgrade, connection: "Upgrade" } }));
    expect(found.status).toBe(status);
    expect(found.headers.includes("upgrade: HTTP/1.1\r\n")).toBe(status === 426);
    expect(found.closes === true).toBe(status === 426);
  });
});
