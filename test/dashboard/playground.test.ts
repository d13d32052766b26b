import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { type FakeProvider, startFakeProvider } from "../fake-provider/start-fake-provider";
import { testKey } from "../harness/start-headgate";
import { accessibilityFaults, browserFile, type Dashboard, startDashboard } from "./browser";

const hostile = `<img src=x onerror="document.title='hacked'"><script>document.title='hacked'</script>\u202etxt ${"x".repeat(3000)}`;
const pixel = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
let provider: FakeProvider;
let dashboard: Dashboard;

describe.skipIf(browserFile === undefined)("the playground", () => {
  beforeAll(async () => {
    provider = await startFakeProvider();
    dashboard = await startDashboard({
      config: {
        providers: {
          demo: {},
          fake: {
            dialect: "openai-chat",
            base_url: `${provider.url}/v1`,
            allow_private_network: true,
            keys: [{ name: "main", value: provider.key }],
            models: [
              { id: "fake-gpt", price: { input: 1, output: 2 }, context: 100_000, max_output: 1000 },
              { id: "unpriced" },
            ],
          },
          claude: {
            dialect: "anthropic-messages",
            base_url: `${provider.url}/v1`,
            allow_private_network: true,
            keys: [{ name: "main", value: provider.key }],
            models: [{ id: "haiku", price: { input: 1, output: 5 }, context: 100_000, max_output: 1000 }],
          },
        },
        virtual_keys: [
          { name: "test", value: testKey },
          { name: "poor", value: `${testKey}x`, budgets: [{ limit_usd: 0.000001, period: "1d" }] },
        ],
      },
    });
  });
  afterEach(() => dashboard?.closeTabs());
  afterAll(async () => {
    await dashboard?.stop();
    await provider?.stop();
    expect(dashboard?.faults()).toEqual([]);
  });

  const say = async (page: Page, text: string) => {
    await page.getByLabel("Message").fill(text);
    await page.getByRole("button", { name: "Send" }).click();
  };
  const answerOf = (page: Page, model: string) => page.getByRole("article", { name: `Answer of ${model}` }).last();

  test("asks two models at once as a virtual key, over several turns, and shows what it took and cost", async () => {
    const page = await dashboard.open("/playground");
    await page.getByRole("button", { name: "demo/echo" }).click();
    await page.getByLabel("Add a model").fill("fake/");
    await page.getByRole("option", { name: "fake/fake-gpt" }).click();
    expect(new URL(page.url()).searchParams.getAll("model")).toEqual(["demo/echo", "fake/fake-gpt"]);
    await page.getByText("At most").waitFor();
    await say(page, hostile);
    await answerOf(page, "demo/echo").getByText("<script>").waitFor();
    for (const model of ["demo/echo", "fake/fake-gpt"]) {
      const answer = answerOf(page, model);
      await answer.getByRole("link", { name: "Open request" }).waitFor();
      expect(await answer.locator("dl").textContent()).toMatch(
        /First token\s*[\d.]+ m?s[\s\S]*in, \d+ out[\s\S]*Cost\s*\$0\.0/,
      );
    }
    await say(page, "and again");
    await answerOf(page, "demo/echo").getByText("and again").waitFor();
    await page.getByRole("link", { name: "Open request" }).nth(3).waitFor();
    const seen = await provider.log();
    expect(JSON.parse(seen.at(-1)?.body ?? "").messages.map(({ role }: { role: string }) => role)).toEqual([
      "user",
      "assistant",
      "user",
    ]);
    await answerOf(page, "demo/echo").getByRole("link", { name: "Open request" }).waitFor();
    const records: { readonly data: readonly { readonly key_name: string; readonly tags: object }[] } = JSON.parse(
      await (await dashboard.headgate.admin("GET", "/api/logs?model=echo")).text(),
    );
    expect(records.data[0]).toMatchObject({ key_name: "test", tags: { playground: "true" } });
    expect(await page.title()).toBe("Playground · Headgate");
  });

  test("gives models the mocked answers of tools, sends images, and stops", async () => {
    await provider.reset();
    const calls = [
      { index: 0, id: "c1", type: "function", function: { name: "weather", arguments: '{"city":"Oslo"}' } },
    ];
    const chunk = (choice: object) => ({
      data: { id: "x", object: "chat.completion.chunk", model: "fake-gpt", choices: [choice] },
    });
    await provider.script(
      {
        answer: {
          kind: "sse",
          events: [
            chunk({ index: 0, delta: { role: "assistant", tool_calls: calls }, finish_reason: null }),
            chunk({ index: 0, delta: {}, finish_reason: "tool_calls" }),
            { raw: "data: [DONE]\n\n" },
          ],
        },
      },
      { answer: { kind: "default" } },
      { answer: { kind: "default", firstEventDelayMs: 60_000 } },
    );
    const page = await dashboard.open("/playground?model=fake/fake-gpt");
    await page.getByRole("button", { name: "Add tool" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("weather");
    await dialog.getByLabel("Mocked answer").fill("rain");
    await dialog.getByRole("button", { name: "Add tool" }).click();
    await page
      .getByLabel("Images", { exact: true })
      .setInputFiles({ name: "p.png", mimeType: "image/png", buffer: pixel });
    await page.getByRole("img", { name: "p.png" }).waitFor();
    await say(page, "How is the weather?");
    await answerOf(page, "fake/fake-gpt").getByText("Mocked answer").waitFor();
    await answerOf(page, "fake/fake-gpt").getByText("rain", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Run again" }).waitFor();
    const second = JSON.parse((await provider.log()).at(-1)?.body ?? "");
    expect(second.messages.at(-1)).toMatchObject({ role: "tool", content: "rain", tool_call_id: "c1" });
    expect(JSON.stringify(second.messages[0])).toContain("data:image/png;base64,");
    await say(page, "wait");
    await page.getByText("Waiting for the first token").waitFor();
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText("Stopped here.").waitFor();
  });

  test("tells what a limit refuses and what has no price, keeps what was said, and shows it as code", async () => {
    const page = await dashboard.open("/playground?model=demo/echo&model=fake/unpriced&max=20&temperature=9&json=1");
    await page.getByText("must be from 0 to 2").waitFor();
    await page.getByLabel("Temperature").fill("1");
    await page.getByText("the price of").waitFor();
    await page.getByLabel("Virtual key").fill("oo");
    await page.getByRole("option", { name: "poor" }).click();
    await say(page, "hello");
    await answerOf(page, "demo/echo").getByRole("alert").waitFor();
    expect(await answerOf(page, "demo/echo").getByRole("alert").textContent()).toContain("budget");
    await page.getByRole("link", { name: "System" }).click();
    await page.getByRole("heading", { level: 1, name: "System" }).waitFor();
    await page.goBack();
    await answerOf(page, "demo/echo").getByRole("alert").waitFor();
    await page.getByRole("button", { name: "As code" }).click();
    await page.getByRole("button", { name: "Python" }).click();
    expect(await page.getByLabel("The request as code").textContent()).toContain("max_completion_tokens=20");
    expect(await page.getByText("Left out").count()).toBe(0);
    await page.getByLabel("Library").selectOption({ label: "Anthropic" });
    await page.getByText("Left out, for Anthropic has no word for it: JSON mode").waitFor();
  });

  test("sends a seed, stop sequences and a schema of answers to who has a word for them, and says who has none", async () => {
    await provider.reset();
    await provider.script({ answer: { kind: "default" } });
    const page = await dashboard.open("/playground?model=fake/fake-gpt&model=claude/haiku&seed=x");
    await page.getByText("must be a whole number").waitFor();
    await page.getByLabel("Seed").fill("7");
    await page.getByLabel("Stop sequences").fill("END\nA:\\nB:");
    await page.getByLabel("Answer as").selectOption("JSON by a schema");
    await page.getByRole("button", { name: "Edit schema" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("JSON Schema").fill("[1]");
    await dialog.getByText("must be a JSON object").waitFor();
    expect(await dialog.getByRole("button", { name: "Save schema" }).isDisabled()).toBe(true);
    await dialog.getByLabel("JSON Schema").fill('{"type":"object","properties":{"city":{"type":"string"}}}');
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Save schema" }).click();
    await say(page, "Where?");
    await answerOf(page, "claude/haiku").getByText("without seed").waitFor();
    await answerOf(page, "fake/fake-gpt").getByRole("link", { name: "Open request" }).waitFor();
    const bodies = (await provider.log()).map(({ body }) => JSON.parse(body));
    expect(bodies.find(({ model }) => model === "fake-gpt")).toMatchObject({
      seed: 7,
      stop: ["END", "A:\nB:"],
      response_format: {
        type: "json_schema",
        json_schema: { name: "answer", strict: true, schema: { properties: { city: { type: "string" } } } },
      },
    });
    const other = bodies.find(({ model }) => model === "haiku");
    expect(other).toMatchObject({
      stop_sequences: ["END", "A:\nB:"],
      output_config: { format: { type: "json_schema" } },
    });
    expect(other.seed).toBeUndefined();
  });

  test.each([1280, 360])("has no faults of accessibility at %d pixels", async (width) => {
    const page = await dashboard.open("/playground?model=demo/echo", { width });
    await say(page, "hello");
    await answerOf(page, "demo/echo").getByRole("link", { name: "Open request" }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });
});
