import { describe, expect, test } from "bun:test";
import { dialects } from "#dialects/registry";
import { createManualTime } from "#lib/fixtures/manual-time";
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
      control: async () => new Response(),
      notReady: () => notReady,
      budget: createBufferBudget(() => 0),
      maxBodyBytes: () => 0,
      cors: () => undefined,
      ticker: createManualTime().ticker,
      onCut: () => undefined,
    });
    const connection = {
      answered: () => undefined,
      linger: () => undefined,
      peer: () => undefined,
      draining,
      written: "other" as const,
    };
    const response = await handle(new Request("http://gateway/readyz"), connection);
    expect(response.status).toBe("reasons" in body ? 503 : 200);
    expect(await response.json()).toEqual(body);
  });
});
