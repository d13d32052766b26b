import { describe, expect, test } from "bun:test";
import { dialects } from "#dialects/registry";
import { createManualTime } from "#lib/fixtures/manual-time";
import { madeRequest, textOf } from "#server/fixtures/made-request";
import { createBufferBudget } from "./buffer-budget";
import { createDataPlane } from "./data-plane";

describe("createDataPlane()", () => {
  const reasons = ["the journal cannot be written"];
  const cases: readonly (readonly [what: string, notReady: readonly string[], draining: boolean, body: object])[] = [
    ["takes requests", [], false, { status: "ready" }],
    ["cannot record them", reasons, false, { status: "not ready", reasons }],
    ["is draining", [], true, { status: "not ready", reasons: ["this worker is draining"] }],
  ];
  test.each(cases)("answers /readyz when it %s", async (_, notReady, draining, body) => {
    const answer = { status: 500, contentType: "", headers: { id: "", requestId: "" }, body: "" };
    const handle = createDataPlane({
      dialects,
      infer: async () => answer,
      models: () => answer,
      refuse: () => answer,
      control: async () => ({ status: 200, headers: "", body: "" }),
      notReady: () => notReady,
      budget: createBufferBudget(() => 0),
      maxBodyBytes: () => 0,
      cors: () => undefined,
      ticker: createManualTime().ticker,
    });
    const found = await handle(madeRequest("/readyz", { isDraining: draining }));
    expect(found.status).toBe("reasons" in body ? 503 : 200);
    expect(JSON.parse(await textOf(found))).toEqual(body);
  });
});
