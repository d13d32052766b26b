import { expect, test } from "bun:test";
import { ask, startPair, twoProviders } from "../e2e/start-pair.ts";
import { waitUntil } from "../harness/wait-until.ts";

const { gateway } = await startPair({
  configure: (url) => ({ providers: { ...twoProviders(url).providers, demo: {} } }),
});
const chat = "/v1/chat/completions";

test("model names that clients make up become no metric series and no targets; one that answers does", async () => {
  const names = Array.from({ length: 100 }, (_, index) => `made-up-${index}`);
  for (const name of names) {
    const answer = await gateway.post(chat, ask(`oai/${name}`, "hello"));
    expect(answer.status).toBe(404);
    await answer.arrayBuffer();
  }
  expect((await gateway.post(chat, ask("oai/fake-gpt", "hello"))).status).toBe(200);
  for (const path of ["/metrics", "/api/targets?limit=200"]) {
    const page = await (await gateway.admin("GET", path)).text();
    expect(page).not.toContain("made-up");
    expect(page).toContain("fake-gpt");
  }
}, 240_000);

test("model names that clients make up and a provider answers share one series and one target; records keep them", async () => {
  for (let index = 0; index < 50; index++) {
    const answer = await gateway.post(chat, ask(`demo/invented-${index}`, "hello"));
    expect(answer.status).toBe(200);
    await answer.arrayBuffer();
  }
  expect((await gateway.post(chat, ask("demo/echo", "hello"))).status).toBe(200);
  for (const path of ["/metrics", "/api/targets?limit=200"]) {
    const page = await (await gateway.admin("GET", path)).text();
    expect(page).not.toContain("invented");
    expect(page).toContain("echo");
  }
  const metrics = await (await gateway.admin("GET", "/metrics")).text();
  const sent = metrics.match(/headgate_target_requests_total\{provider="demo",model="other"[^}]*\} (\d+)/)?.[1];
  expect(sent).toBe("50");
  await waitUntil("the log to have them", async () =>
    (await (await gateway.admin("GET", "/api/logs?limit=100")).text()).includes("invented-49"),
  );
}, 240_000);
