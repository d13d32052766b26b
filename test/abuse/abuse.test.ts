import { afterAll, describe, expect, test } from "bun:test";
import { systemClock } from "#core/clock";
import { GatewayError } from "#core/errors";
import type { InferenceRequest, InferenceResponse } from "#core/inference";
import { dialects } from "#dialects/registry";
import { createBufferBudget } from "#http/buffer-budget";
import { createDataPlane } from "#http/data-plane";
import { defaultPace } from "#http/read-body";
import { readFields, scanTopLevel } from "#lib/json-scan";
import { JsonScanError } from "#lib/json-skip";
import { createTicker } from "#lib/ticker";
import { startServer } from "#server/server";
import { abuseCases, abuseLimits } from "./cases";
import { sendRaw } from "./raw-socket";

/** The HTTP server and routes with the least pipeline that reads requests as strictly as the real one. */
const budget = createBufferBudget(() => 64 * 1024 * 1024);
const server = startServer({
  host: "127.0.0.1",
  port: 0,
  reusePort: false,
  handler: createDataPlane({
    dialects,
    infer,
    models: () => answer(200, "{}"),
    refuse,
    control: async () => ({ status: 200, headers: "", body: "control" }),
    notReady: () => [],
    warnings: () => [],
    budget,
    maxBodyBytes: () => abuseLimits.maxBodyBytes,
    cors: () => undefined,
    pace: { ...defaultPace, stallMs: abuseLimits.stallMs },
    ticker: createTicker(25, systemClock.monotonicMs),
  }),
  onCut: () => undefined,
});

afterAll(() => server.stop());

describe("raw-socket abuse", () => {
  // All at once: the slow ones take what their time-outs take, once.
  const results = new Map(
    abuseCases.map(({ name, parts, closes }) => [name, sendRaw(server.port, parts, closes ? undefined : 1000)]),
  );

  for (const { name, statuses, closes } of abuseCases) {
    test(`answers or closes on ${name}`, async () => {
      const result = await results.get(name);
      expect(statuses).toContain(result?.status ?? -1);
      if (closes) expect(result?.closed).toBe(true);
      if (!statuses.includes(200)) expect(result?.text).not.toContain("HTTP/1.1 2");
    }, 240_000);
  }

  test("leaves nothing behind: the server answers, no buffer is held, no prototype is changed", async () => {
    await Promise.all(results.values());
    const response = await fetch(`http://127.0.0.1:${server.port}/v1/chat/completions`, {
      method: "POST",
      body: '{"model":"a"}',
      headers: { authorization: "Bearer hg-1" },
    });
    expect(response.status).toBe(200);
    expect(budget.usedBytes()).toBe(0);
    expect("model" in {}).toBe(false);
  }, 240_000);
});

async function infer(inference: InferenceRequest): Promise<InferenceResponse> {
  try {
    inference.secret();
    const body = await inference.readBody();
    const { bytes } = body;
    body.release();
    const { model } = readFields(scanTopLevel(bytes), ["model"]);
    if (typeof model !== "string") throw new GatewayError("invalid_request", '"model" must be a string');
    return answer(200, JSON.stringify({ model }));
  } catch (cause) {
    if (cause instanceof GatewayError) return refuse(cause);
    if (cause instanceof JsonScanError) return refuse(new GatewayError("invalid_request", cause.message, { cause }));
    throw cause;
  }
}

function refuse(error: GatewayError): InferenceResponse {
  return answer(error.status, JSON.stringify({ error: error.message }), error.code);
}

function answer(status: number, body: string, errorCode?: string): InferenceResponse {
  const headers = { id: "0", requestId: "0", ...(errorCode === undefined ? {} : { errorCode }) };
  return { status, contentType: "application/json", headers, body };
}
