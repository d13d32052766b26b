import { expect, test } from "bun:test";
import { ask, startPair } from "../e2e/start-pair.ts";

const { gateway } = await startPair();
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
