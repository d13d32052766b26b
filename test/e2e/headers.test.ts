import { expect, test } from "bun:test";
import { ask, pairs, startPair } from "./start-pair.ts";

const { gateway, provider, story } = await startPair();

const always = ["x-headgate-id", "x-request-id", "request-id"];
const upstreamOnly = ["set-cookie", "openai-organization", "openai-processing-ms", "anthropic-organization-id"];

for (const { path, model } of pairs) {
  for (const stream of [false, true]) {
    test(`headers of ${model} on ${path}, ${stream ? "streamed" : "whole"}`, async () => {
      const response = await gateway.post(path, ask(model, "hello there", { stream }), { "x-request-id": "label-1" });
      await response.text();
      const told = `${JSON.stringify([...response.headers])}\n${await story()}`;
      expect(response.status, told).toBe(200);
      for (const name of always) expect(response.headers.has(name), `${name} is missing: ${told}`).toBe(true);
      expect([response.headers.get("x-request-id"), response.headers.get("request-id")], told).toEqual([
        "label-1",
        "label-1",
      ]);
      expect(response.headers.get("x-headgate-id"), told).not.toBe("label-1");
      expect(
        `${response.headers.get("x-headgate-provider")}/${response.headers.get("x-headgate-model")?.replace(/^.*\//, "")}`,
        told,
      ).toBe(model);
      expect(response.headers.get("x-headgate-attempts"), told).toBe("1");
      // 2 tokens in at 1 $/M and 3 out at 2 $/M.
      if (!stream) expect(response.headers.get("x-headgate-cost"), told).toBe("0.000008");
      for (const name of upstreamOnly) expect(response.headers.has(name), `${name} came through: ${told}`).toBe(false);
      expect(response.headers.get("content-type"), told).toStartWith(stream ? "text/event-stream" : "application/json");
    });
  }
}

test("refusals carry the ids and their code", async () => {
  for (const { path, model } of pairs) {
    const refused = [
      await gateway.post(path, ask(model, "x"), { authorization: "Bearer hg-wrong" }),
      await gateway.post(path, ask("no-such-model", "x")),
      await gateway.post(path, "{"),
      await gateway.post(`${path}/no/such/path`, {}),
    ];
    for (const response of refused) {
      const told = `${response.status} ${await response.text()}`;
      for (const name of [...always, "x-headgate-error"])
        expect(response.headers.has(name), `${name} is missing on ${path}: ${told}`).toBe(true);
    }
    expect(refused.map((response) => response.headers.get("x-headgate-error"))).toEqual([
      "invalid_key",
      "model_not_found",
      "invalid_request",
      "not_found",
    ]);
  }
});

test("ids are unique, also when the client's label repeats", async () => {
  const ids = new Set<string | null>();
  for (let round = 0; round < 20; round += 1) {
    const response = await gateway.post("/v1/chat/completions", ask("oai/fake-gpt", "x"), { "x-request-id": "same" });
    await response.text();
    ids.add(response.headers.get("x-headgate-id"));
  }
  expect(ids.size).toBe(20);
});

test("the provider sees its own key and none of the client's credentials or selectors", async () => {
  for (const { path, model } of pairs) {
    await provider.reset();
    const response = await gateway.post(path, ask(model, "hello"), {
      cookie: "session=client",
      "openai-organization": "org-client",
      "openai-project": "proj-client",
      "x-amz-security-token": "amz-client",
      "anthropic-beta": "some-beta-2026-01-01",
      "x-forwarded-for": "10.1.2.3",
    });
    await response.text();
    const [seen] = await provider.log();
    const text = JSON.stringify(seen?.headerList);
    for (const secret of [gateway.key, "client", "10.1.2.3"]) expect(text, text).not.toContain(secret);
    expect(text).toContain("sk-fake-one");
    if (model.startsWith("ant/")) expect(seen?.headers["anthropic-version"], text).toBeDefined();
    if (model.startsWith("ant/") && path === "/v1/messages")
      expect(seen?.headers["anthropic-beta"], text).toBe("some-beta-2026-01-01");
    expect(seen?.path).toBe(model.startsWith("oai/") ? "/v1/chat/completions" : "/v1/messages");
  }
});

test("the virtual key is taken in every form that a client may send it", async () => {
  const forms: readonly Record<string, string>[] = [
    { authorization: `Bearer ${gateway.key}` },
    { authorization: `bearer ${gateway.key}` },
    { "x-api-key": gateway.key },
    { "api-key": gateway.key },
    { "x-goog-api-key": gateway.key },
    { "x-litellm-api-key": `Bearer ${gateway.key}` },
    { "x-bf-vk": gateway.key },
    { authorization: "", "x-api-key": gateway.key },
    { authorization: `Bearer ${gateway.key}`, "x-api-key": gateway.key },
  ];
  const send = (headers: Record<string, string>) =>
    fetch(`${gateway.url}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(ask("oai/fake-gpt", "hello")),
    });
  for (const form of forms) expect((await send(form)).status, JSON.stringify(Object.keys(form))).toBe(200);
  expect((await send({ authorization: `Bearer ${gateway.key}`, "x-api-key": "hg-other" })).status).toBe(401);
});
