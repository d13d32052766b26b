import { afterAll, describe, expect, test } from "bun:test";
import type { ModelFacts } from "#core/snapshot";
import { budget } from "#governance/fixtures/plain-limits";
import { plainPrice, scratchGovernance } from "#governance/fixtures/scratch-governance";
import type { Content } from "#journal/journal";
import { authSchemes } from "#providers/auth/schemes";
import { createSigner } from "#providers/auth/signer";
import { answerOfPieces } from "#upstream/answer-of-pieces";
import type { UpstreamClient } from "#upstream/upstream";
import { createBackgroundJobs } from "./background";
import { placeAt, serveObjects } from "./fixtures/object-store";

const governance = scratchGovernance();
afterAll(governance.remove);

const answered = (status: string, rest = "") =>
  `{"id":"resp_up1","object":"response","status":"${status}","background":true,"model":"m","error":null,"output":[]${rest}}`;
const usage = ',"usage":{"input_tokens":10,"output_tokens":7,"total_tokens":17}';
const facts: ModelFacts = {
  id: "m",
  prices: [{ fromMs: 0, price: plainPrice }],
  maxOutputTokens: 100,
  contextTokens: 1000,
};
const asking = { model: "m", input: "hi", background: true, max_output_tokens: 50 };

/** A provider that goes through these answers, one for each time that it is asked for what it makes. */
function served(
  polled: readonly (readonly [status: number, body: string])[],
  pauses: (() => Promise<void>) | undefined = undefined,
) {
  let asks = 0;
  const made = placeAt("up", "k1", "openai-responses");
  const upstream: UpstreamClient = async ({ method }) => {
    const [status, body] =
      method === "GET" ? (polled[Math.min(asks++, polled.length - 1)] ?? [500, ""]) : [200, answered("queued")];
    return answerOfPieces(status, new Headers({ "content-type": "application/json" }), [body]);
  };
  const sleep = pauses ?? (() => Promise.resolve());
  const background = createBackgroundJobs({
    upstream,
    signer: createSigner(authSchemes),
    sleep,
    clock: { monotonicMs: () => 0 },
  });
  const key = governance.key([governance.limit(budget(10_000_000))]);
  const contents: Content[] = [];
  const journal = {
    ...governance.journal,
    appendContent: (_id: string, content: Content) => void contents.push(content),
  };
  const { ask } = serveObjects({
    governance,
    targets: [{ ...made, facts }],
    keys: { "hg-a": key, "hg-b": governance.key() },
    answer: () => [500],
    services: { upstream, background, journal },
  });
  const recorded = async () => {
    for (let turn = 0; turn < 1000 && governance.records.at(-1)?.keyId !== key.id; turn++) await Bun.sleep(1);
    return governance.records.filter(({ keyId }) => keyId === key.id);
  };
  return { ask, background, contents, key, recorded, asks: () => asks };
}

describe("an answer in the background", () => {
  test("is answered at once, held until it is complete, and charged once", async () => {
    const { ask, asks, contents, key, recorded } = served([
      [200, answered("queued")],
      [500, ""],
      [200, answered("in_progress")],
      [200, answered("completed", usage)],
    ]);
    const made = await ask("POST", "/v1/responses", "hg-a", asking);
    expect(made.status).toBe(200);
    expect(JSON.parse(made.text)).toMatchObject({ status: "queued" });
    expect(made.text).toContain("resp_hg_");
    const [record, ...more] = await recorded();
    expect(more).toEqual([]);
    expect(asks()).toBe(4);
    const kept = Buffer.from(contents[0]?.response ?? []).toString();
    expect(kept).toBe(answered("completed", usage).replace("resp_up1", JSON.parse(made.text).id));
    expect(record).toMatchObject({
      outcome: "ok",
      status: 200,
      finishReason: "completed",
      usage: { input: 10, output: 7, estimated: false },
      cost: 17_000,
    });
    expect(record?.charges).toContainEqual(
      expect.objectContaining({ slot: key.limits[0]?.slot.index, amount: 17_000 }),
    );
  });

  const ends: readonly (readonly [what: string, body: string])[] = [
    ["failed", answered("failed", usage).replace('"error":null', '"error":{"code":"server_error","message":"no"}')],
    ["cancelled", answered("cancelled", usage)],
    ["incomplete", answered("incomplete", usage)],
  ];
  test.each(ends)("that ended %s costs what its provider says", async (_, body) => {
    const { ask, recorded } = served([[200, body]]);
    await ask("POST", "/v1/responses", "hg-a", asking);
    expect(await recorded()).toMatchObject([{ usage: { input: 10, output: 7 }, cost: 17_000 }]);
  });

  test("costs what was held, marked as estimated, where nobody can say what became of it", async () => {
    const { ask, recorded } = served([[404, "{}"]]);
    await ask("POST", "/v1/responses", "hg-a", asking);
    const [record] = await recorded();
    expect(record).toMatchObject({ outcome: "cut", usage: { output: 50, estimated: true } });
  });

  test("is refused by a budget before it is begun, and by name where its provider makes none", async () => {
    const { ask, key, recorded } = served([[200, answered("completed", usage)]]);
    const dear = { ...asking, max_output_tokens: 100, input: "x".repeat(20_000) };
    expect((await ask("POST", "/v1/responses", "hg-a", dear)).status).toBe(402);
    expect(governance.records.filter(({ keyId }) => keyId === key.id)).toMatchObject([{ outcome: "refused" }]);
    const foreign = serveObjects({
      governance,
      targets: [placeAt("chat", "k1")],
      keys: { "hg-a": key },
      answer: () => [500],
    });
    const refused = await foreign.ask("POST", "/v1/responses", "hg-a", asking);
    expect([refused.status, JSON.parse(refused.text).error.param]).toEqual([400, "background"]);
    expect(foreign.asked).toEqual([]);
    await recorded();
  });

  test("is asked for by its own key alone while it is made", async () => {
    const { ask, recorded } = served([
      [200, answered("in_progress")],
      [200, answered("completed", usage)],
    ]);
    const { id } = JSON.parse((await ask("POST", "/v1/responses", "hg-a", asking)).text);
    for (const [method, path] of [
      ["GET", id],
      ["POST", `${id}/cancel`],
      ["DELETE", id],
    ] as const)
      expect((await ask(method, `/v1/responses/${path}`, "hg-b")).status).toBe(404);
    expect(await recorded()).toMatchObject([{ usage: { input: 10, output: 7 } }]);
  });

  test("is settled likewise when its worker ends, and no further one is followed", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { ask, background, recorded } = served([[200, answered("in_progress")]], () => promise);
    await ask("POST", "/v1/responses", "hg-a", asking);
    const ended = background.end();
    resolve();
    await ended;
    expect(await recorded()).toMatchObject([{ outcome: "cut", usage: { output: 50, estimated: true } }]);
    expect((await ask("POST", "/v1/responses", "hg-a", asking)).status).toBe(503);
  });
});
