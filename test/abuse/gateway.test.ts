import { describe, expect, test } from "bun:test";
import { ask, startPair, twoProviders } from "../e2e/start-pair.ts";
import { abuseCases, abuseLimits } from "./cases";
import { sendRaw } from "./raw-socket";

const { gateway } = await startPair({
  configure: (url) => ({
    ...twoProviders(url),
    settings: { max_body_bytes: abuseLimits.maxBodyBytes },
    virtual_keys: [
      { name: "test", value: "hg-yF1d768GdeSc58t2JjNEXD2NT8ELyQvm6wvwX7rCobe0QIDKh" },
      { name: "abuse", value: "hg-abuse" },
    ],
  }),
});

describe("raw-socket abuse of the gateway", () => {
  // All at once: the slow ones take what their time-outs take, once.
  const results = new Map(
    abuseCases.map(({ name, parts, closes }) => [name, sendRaw(gateway.port, parts, closes ? undefined : 1000)]),
  );

  for (const { name, statuses, closes } of abuseCases) {
    test(`answers or closes on ${name}`, async () => {
      const result = await results.get(name);
      expect(statuses, result?.text.slice(0, 500)).toContain(result?.status ?? -1);
      if (closes) expect(result?.closed).toBe(true);
      if (!statuses.includes(200)) expect(result?.text).not.toContain("HTTP/1.1 2");
    }, 240_000);
  }

  test("leaves nothing behind: the same worker answers, nothing runs, nothing is logged as our fault", async () => {
    await Promise.all(results.values());
    expect((await gateway.post("/v1/chat/completions", ask("oai/fake-gpt", "hello"))).status).toBe(200);
    const metrics = await (await gateway.admin("GET", "/metrics")).text();
    expect(metrics).toMatch(/^headgate_requests_in_flight 0$/m);
    expect(gateway.logs().filter(({ level }) => level === "error")).toEqual([]);
  }, 240_000);
});
