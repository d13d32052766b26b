import { afterAll, expect, test } from "bun:test";
import { startFakeProvider } from "../fake-provider/start-fake-provider.ts";
import { startHeadgate } from "../harness/start-headgate.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { call, type Got } from "./call.ts";

/** True under `npm run test:full`: then as long and as fast as the promise says. */
const full = process.env.HEADGATE_TEST_FULL === "1";
const secret = "hg-load-scenarios-0123456789abcdef0123456789";

const provider = await startFakeProvider();
afterAll(() => provider.stop());
const gateway = await startHeadgate({
  config: {
    providers: Object.fromEntries(["main", "spare", "one", "two", "three"].map((id) => [id, upstream(id)])),
    routes: [
      { alias: "flapping", targets: [{ model: "main/fake-gpt" }], fallbacks: ["spare/fake-gpt"] },
      { alias: "three", targets: ["one", "two", "three"].map((id) => ({ model: `${id}/fake-gpt`, weight: 1 })) },
    ],
    virtual_keys: [{ name: "load", value: secret }],
  },
  workers: full ? 2 : 1,
});
afterAll(() => gateway.stop().then(() => undefined));

test("a primary that flaps is back in use within 30 s of its recovery, and no request fails meanwhile", async () => {
  const downMs = full ? 20_000 : 1500;
  const answers: Got[] = [];
  let running = true;
  const traffic = pace(
    20,
    () => running,
    async () => answers.push(await ask("flapping")),
  );
  for (let round = 0; round < 3; round++) {
    await provider.script({ match: { path: "/as/main/" }, times: 0, answer: { kind: "error", status: 503 } });
    await Bun.sleep(downMs / 3);
    await provider.reset();
    await Bun.sleep(50);
  }
  const recoveredMs = Date.now();
  await waitUntil("the primary to answer again", () => lastFrom(answers, "main", 10), 32_000);
  const backMs = Date.now();
  running = false;
  await traffic;
  if (full) expect(backMs - recoveredMs).toBeLessThan(30_000);
  expect(answers.filter(({ status }) => status !== 200).length).toBe(0);
  expect(answers.some(({ headers }) => headers["x-headgate-provider"] === "spare")).toBe(true);
}, 240_000);

test("one of three targets that is out costs at most a fifth more requests, and fails none", async () => {
  await provider.reset();
  await provider.script({ match: { path: "/as/one/" }, times: 0, answer: { kind: "error", status: 503 } });
  const [perSecond, seconds] = full ? [500, 20] : [100, 4];
  const statuses: (number | undefined)[] = [];
  const untilMs = Date.now() + seconds * 1000;
  await pace(
    perSecond,
    () => Date.now() < untilMs,
    async () => statuses.push((await ask("three")).status),
  );
  const seen = (await provider.log()).filter(({ path }) => path.includes("/chat/completions")).length;
  expect(statuses.filter((status) => status !== 200).length).toBe(0);
  expect(statuses.length).toBeGreaterThan((perSecond * seconds) / 3);
  expect(seen / statuses.length).toBeLessThanOrEqual(1.2);
}, 240_000);

function upstream(id: string): object {
  return {
    dialect: "openai-chat",
    base_url: `${provider.url}/as/${id}/v1`,
    keys: [{ name: "k", value: "sk-fake-one" }],
    models: [{ id: "fake-gpt", price: { input: 1, output: 2 } }],
  };
}

function ask(model: string): Promise<Got> {
  const dialect = "openai-chat" as const;
  const rest = { form: "whole", content: "hello there", maxTokens: 50, requestId: model } as const;
  return call({ url: gateway.url, secret, dialect, model, ...rest });
}

/** Whether the last so many answers all came from one provider. */
function lastFrom(answers: readonly Got[], id: string, count: number): boolean {
  const last = answers.slice(-count);
  return last.length === count && last.every(({ headers }) => headers["x-headgate-provider"] === id);
}

/** Starts so many a second, without waiting for the one before, and waits for all in the end. */
async function pace(perSecond: number, goOn: () => boolean, start: () => Promise<unknown>): Promise<void> {
  const startedMs = Date.now();
  const running: Promise<unknown>[] = [];
  for (let count = 0; goOn(); count++) {
    running.push(start());
    await Bun.sleep(Math.max(0, startedMs + ((count + 1) * 1000) / perSecond - Date.now()));
  }
  await Promise.all(running);
}
