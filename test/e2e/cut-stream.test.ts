import { expect, test } from "bun:test";
import type { Ending } from "../fake-provider/script.ts";
import { pick } from "../harness/pick.ts";
import { readAllSse } from "../harness/read-sse.ts";
import { ask, pairs, startPair, textOf, twoProviders } from "./start-pair.ts";

const { gateway, provider, story } = await startPair({
  configure: (url) => twoProviders(url, { timeouts: { first_token_ms: 500, idle_ms: 500, headers_ms: 2000 } }),
});

// "complete" is the treacherous one: HTTP ends well, the answer does not.
const endings: readonly Ending[] = ["complete", "close", "reset", "stall", "malformed-chunk"];

for (const { path, model } of pairs) {
  for (const ending of endings) {
    test(`a stream of ${model} on ${path} that the provider ends by ${ending} ends as an error event`, async () => {
      await provider.reset();
      await provider.script({ answer: { kind: "default", cutAfter: 6, ending } });
      const response = await gateway.post(path, ask(model, "[[words:50]]", { stream: true }));
      const { events, error } = await readAllSse(response);
      const told = `${JSON.stringify(events.map((event) => event.data))} ${error}\n${await story()}`;
      expect(response.status, told).toBe(200);
      expect(error, told).toBeUndefined();
      const last: unknown = JSON.parse(events.at(-1)?.data ?? "null");
      expect(typeof pick(last, "error.message"), told).toBe("string");
      if (path === "/v1/messages") expect([events.at(-1)?.event, pick(last, "type")], told).toEqual(["error", "error"]);
      expect(
        events.some((event) => event.data === "[DONE]" || event.event === "message_stop"),
        told,
      ).toBe(false);
      expect(textOf(events.slice(0, -1).map((event) => JSON.parse(event.data))), told).toContain("word0");
      // Once a byte has gone out nothing is tried again.
      expect((await provider.log()).length, told).toBe(1);
    });
  }
}

test("a chat stream that lacks only its [DONE] is complete, and gets one", async () => {
  for (const [path, isEnd] of [
    ["/v1/chat/completions", (event: { data: string }) => event.data === "[DONE]"],
    ["/v1/messages", (event: { event: string }) => event.event === "message_stop"],
  ] as const) {
    await provider.script({ answer: { kind: "default", omitDone: true } });
    const { events } = await readAllSse(await gateway.post(path, ask("oai/fake-gpt", "hello", { stream: true })));
    expect(events.at(-1) && isEnd(events.at(-1) ?? { data: "", event: "" }), JSON.stringify(events)).toBe(true);
  }
});

test("a whole answer that breaks off is an error, not half an answer", async () => {
  for (const { path, model } of pairs) {
    const head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 5000\r\n\r\n";
    await provider.script({ answer: { kind: "raw", text: `${head}{"id":"x","choices":[`, ending: "close" } });
    const response = await gateway.post(path, ask(model, "hello"));
    expect([response.status, pick(await response.json(), "error.message") !== undefined], await story()).toEqual([
      502,
      true,
    ]);
  }
});
