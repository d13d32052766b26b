import assert from "node:assert/strict";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { limitedClient } from "./ask-with-limits.ts";
import type { Dialect } from "./client-config.ts";
import { pixel, startTarget } from "./start-target.ts";

// What an application sees of limits and failures when its SDK retries as it comes out of the box.
const direct = process.env.HEADGATE_CLIENTS_DIRECT === "1";
const target = await startTarget();
const narrow = await startTarget({ max_running_requests: 1, max_queued_requests: 0 });
const dialects: readonly Dialect[] = direct ? [] : ["openai-chat", "anthropic-messages"];
const lasting = "[[words:40]] [[delay:20]]";

for (const dialect of dialects) {
  const isOpenai = dialect === "openai-chat";
  const name = isOpenai ? "openai" : "anthropic";
  const ApiError = isOpenai ? OpenAI.APIError : Anthropic.APIError;
  const [model = ""] = target.models(dialect);
  const withLimits = async (limits: object) => limitedClient(dialect, target.url, await target.newKey(limits));
  const plain = () => limitedClient(dialect, target.url, target.key);
  const refusal = async (asked: Promise<unknown>) => {
    const error = await asked.then(
      () => assert.fail("it was not refused"),
      (error: unknown) => error,
    );
    assert.ok(error instanceof ApiError, String(error));
    // Anthropic's SDK shows the whole body.
    return { status: error.status, headers: error.headers, message: error.message.replaceAll("\\", "") };
  };

  target.test(`${name}: a spent budget is refused once, in words that say whose it is and when it resets`, async () => {
    const client = await withLimits({ budgets: [{ limit_usd: 0.0001, period: "1d" }] });
    const error = await refusal(client.ask(model, "hello"));
    assert.equal(error.status, 402);
    assert.match(error.message, /budget of the key "limited-\d+" has \$0\.0001 per 1d.* it resets at 20\d\d-/);
    assert.equal(error.headers?.get("x-headgate-error"), "budget_exceeded");
    assert.equal(client.sentAtMs.length, 1);
    assert.deepEqual(await target.seen(), []);
  });

  target.test(
    `${name}: a budget that running requests hold is waited for here, and a place that one takes by the client`,
    async () => {
      const busy = [{ budgets: [{ limit_usd: 0.0015, period: "1d" }] }, { rate_limits: [{ concurrent: 1 }] }];
      for (const [index, limits] of busy.entries()) {
        const client = await withLimits(limits);
        let begun = () => {};
        const firstText = new Promise<void>((resolve) => {
          begun = resolve;
        });
        const running = client.stream(model, lasting, () => begun());
        await firstText;
        const answer = await client.ask(model, "hello");
        assert.equal(answer.text, "Echo: hello");
        await running;
        if (index === 0) {
          assert.equal(client.sentAtMs.length, 2);
          continue;
        }
        const [, refusedAtMs = 0, againAtMs = 0] = client.sentAtMs;
        assert.ok(client.sentAtMs.length >= 3, `sent ${client.sentAtMs.length}`);
        assert.ok(againAtMs - refusedAtMs >= 990, `asked again after ${againAtMs - refusedAtMs} ms`);
      }
    },
  );

  target.test(`${name}: a rate limit of hours is told at once, and what is left of it before`, async () => {
    const client = await withLimits({
      rate_limits: [
        { requests: 2, per: "1h" },
        { tokens: 100_000, per: "1h" },
      ],
    });
    await client.ask(model, "hello");
    const { headers } = await client.ask(model, "hello");
    const header = (unit: string, fact: string) =>
      headers.get(isOpenai ? `x-ratelimit-${fact}-${unit}` : `anthropic-ratelimit-${unit}-${fact}`) ?? "";
    assert.deepEqual([header("requests", "limit"), header("requests", "remaining")], ["2", "0"]);
    assert.equal(header("tokens", "limit"), "100000");
    assert.match(header("requests", "reset"), isOpenai ? /^\d+s$/ : /^20\d\d-.*T.*Z$/);
    const error = await refusal(client.ask(model, "hello"));
    assert.equal(error.status, 429);
    assert.match(error.message, /allows 2 requests per 1h, found 2 counted; it fits in \d+ s/);
    assert.ok(Number(error.headers?.get("retry-after")) > 3000);
    assert.ok(client.sentAtMs.length >= 3, `sent ${client.sentAtMs.length}`);
  });

  target.test(`${name}: a provider's 429 is waited for as long as it says`, async () => {
    const client = plain();
    await target.script({ answer: { kind: "error", status: 429, headers: { "retry-after": "1" } } });
    assert.equal((await client.ask(model, "hello")).text, "Echo: hello");
    const [refusedAtMs = 0, againAtMs = 0] = client.sentAtMs;
    assert.ok(againAtMs - refusedAtMs >= 990, `asked again after ${againAtMs - refusedAtMs} ms`);
  });

  target.test(`${name}: what failed at two providers is not asked a third time`, async () => {
    const client = plain();
    await target.script({ times: 2, answer: { kind: "error", status: 503 } });
    const error = await refusal(client.ask(isOpenai ? "oai-first" : "ant-first", "hello"));
    assert.equal(error.status, 502);
    assert.match(error.message, /The provider "(?:ant|oai)" answered with status 503/);
    assert.equal(error.headers?.get("x-headgate-attempts"), "2");
    assert.equal(client.sentAtMs.length, 1);
  });

  target.test(`${name}: a cut stream ends in our words, after what came, and is not asked again`, async () => {
    for (const served of target.models(dialect)) {
      const client = plain();
      await target.script({ answer: { kind: "default", cutAfter: 6, ending: "close" } });
      let text = "";
      const error = await refusal(
        client.stream(served, "[[words:50]]", (soFar) => {
          text = soFar;
        }),
      );
      assert.match(error.message, /closed (?:its stream )?before the answer was complete/);
      assert.match(text, /^word0 word1/);
      assert.equal(client.sentAtMs.length, 1);
    }
  });

  target.test(`${name}: another provider's answer in place of a failure, with tools and an image`, async () => {
    const client = plain();
    await target.script({ answer: { kind: "error", status: 503 } });
    const schema = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
    const text = '[[tool:get_weather {"city":"Paris"}]]';
    const url = `data:image/png;base64,${pixel}`;
    const more = isOpenai
      ? {
          tools: [{ type: "function", function: { name: "get_weather", parameters: schema } }],
          messages: [
            {
              role: "user",
              content: [
                { type: "text", text },
                { type: "image_url", image_url: { url } },
              ],
            },
          ],
        }
      : {
          tools: [{ name: "get_weather", input_schema: schema }],
          messages: [
            {
              role: "user",
              content: [
                { type: "text", text },
                { type: "image", source: { type: "base64", media_type: "image/png", data: pixel } },
              ],
            },
          ],
        };
    const answer = await client.ask(isOpenai ? "oai-first" : "ant-first", "", more);
    assert.deepEqual(answer.tools, [{ city: "Paris" }]);
    const told = (header: string) => answer.headers.get(`x-headgate-${header}`);
    assert.deepEqual(
      [told("provider"), told("model"), told("attempts")],
      isOpenai ? ["ant", "fake-claude", "2"] : ["oai", "fake-gpt", "2"],
    );
    assert.ok(Number(told("cost")) > 0);
    assert.ok((await target.seen()).at(-1)?.body.includes(pixel));
  });

  target.test(`${name}: a slow start falls back unseen`, async () => {
    const client = plain();
    await target.script({ answer: { kind: "default", firstEventDelayMs: 5000 } });
    const answer = await client.stream(isOpenai ? "oai-first" : "ant-first", "hello there");
    assert.equal(answer.text, "Echo: hello there");
    assert.equal(answer.headers.get("x-headgate-provider"), isOpenai ? "ant" : "oai");
    assert.equal(client.sentAtMs.length, 1);
    assert.equal((await target.seen()).length, 2);
  });

  narrow.test(`${name}: an overloaded gateway is asked again`, async () => {
    const client = limitedClient(dialect, narrow.url, narrow.key);
    let begun = () => {};
    const firstText = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const running = client.stream(model, lasting, () => begun());
    await firstText;
    assert.equal((await client.ask(model, "hello")).text, "Echo: hello");
    await running;
    assert.ok(client.sentAtMs.length >= 3, `sent ${client.sentAtMs.length}`);
  });
}
