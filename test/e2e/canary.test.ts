import { expect, test } from "bun:test";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { waitUntil } from "../harness/wait-until.ts";
import { ask, startPair, twoProviders } from "./start-pair.ts";

// A secret for every place that takes one. Each must be found nowhere but where it belongs.
const canaries = {
  providerKey: "sk-canary-provider-key-7f3a",
  providerKeyFromEnvironment: "sk-canary-environment-key-91bd",
  virtualKey: "hg-canary-virtual-key-5c2e8d7f1a",
  adminToken: "hga-canary-admin-token-0b9d3e6f",
  masterKey: "canary-master-key-4e1c-0123456789abcdef",
  clientCookie: "canary-client-cookie-88aa",
  wrongKey: "hg-canary-wrong-key-44ee",
  apiKeyMadeLater: "sk-canary-made-over-the-api-33cc",
};
const { gateway, provider } = await startPair({
  env: {
    CANARY_KEY: canaries.providerKeyFromEnvironment,
    HEADGATE_ADMIN_TOKEN: canaries.adminToken,
    HEADGATE_MASTER_KEY: canaries.masterKey,
  },
  configure: (url) => {
    const { providers } = twoProviders(url);
    return {
      providers: {
        ...providers,
        literal: { ...providers.oai, keys: [{ name: "k", value: canaries.providerKey }] },
        environment: { ...providers.ant, keys: [{ name: "k", value: "env:CANARY_KEY" }] },
      },
      virtual_keys: [
        { name: "test", value: "hg-yF1d768GdeSc58t2JjNEXD2NT8ELyQvm6wvwX7rCobe0QIDKh" },
        { name: "canary", value: canaries.virtualKey },
      ],
    };
  },
});
const answers: string[] = [];

async function keep(response: Response): Promise<Response> {
  answers.push(JSON.stringify([...response.headers]), await response.clone().text());
  return response;
}

const admin = (method: string, path: string, body?: unknown) =>
  fetch(gateway.url + path, {
    method,
    headers: { authorization: `Bearer ${canaries.adminToken}`, "content-type": "application/json" },
    body: body === undefined ? null : JSON.stringify(body),
  });

test("canary secrets are in no answer, header, log line, record, metric or API answer, nor in clear in any file", async () => {
  const mine = { authorization: `Bearer ${canaries.virtualKey}`, cookie: `session=${canaries.clientCookie}` };
  for (const path of ["/v1/chat/completions", "/v1/messages"]) {
    for (const model of ["oai/fake-gpt", "ant/fake-claude", "literal/fake-gpt", "environment/fake-claude"]) {
      for (const stream of [false, true]) await keep(await gateway.post(path, ask(model, "hello", { stream }), mine));
    }
    // Providers that repeat the key they were given, in words and in a broken answer.
    const echo = `You sent ${canaries.providerKey} and ${canaries.providerKeyFromEnvironment}`;
    for (const status of [400, 401, 403, 429, 500]) {
      for (const model of ["literal/fake-gpt", "environment/fake-claude"]) {
        await provider.script({ answer: { kind: "error", status, message: echo } });
        await keep(await gateway.post(path, ask(model, "hello"), mine));
        await provider.script({ answer: { kind: "text", status, body: echo } });
        await keep(await gateway.post(path, ask(model, "hello"), mine));
      }
    }
    await provider.reset();
    await keep(
      await gateway.post(path, ask("oai/fake-gpt", "hello"), { authorization: `Bearer ${canaries.wrongKey}` }),
    );
    await keep(await gateway.post(path, "{", mine));
    await keep(await gateway.post(`/no/such/path?key=${canaries.virtualKey}`, {}, mine));
  }
  await keep(await admin("POST", "/api/providers/oai/keys", { name: "later", value: canaries.apiKeyMadeLater }));
  await keep(
    await admin("POST", "/api/providers", { id: "later", dialect: "openai-chat", base_url: `${provider.url}/v1` }),
  );
  await keep(await admin("POST", "/api/providers/later/keys", { name: "later", value: canaries.apiKeyMadeLater }));
  await waitUntil(
    "the records",
    async () => ((await (await admin("GET", "/api/logs?limit=200")).text()).match(/"request_id"/g)?.length ?? 0) > 30,
    10_000,
    100,
  );
  for (const path of [
    "providers",
    "providers/literal/keys",
    "providers/environment/keys",
    "providers/later/keys",
    "virtual-keys",
    "routes",
    "logs?limit=200",
    "audit",
    "settings",
    "models",
    "openapi.json",
  ]) {
    await keep(await admin("GET", `/api/${path}`));
  }
  await keep(await admin("GET", "/metrics"));
  await gateway.kill("worker");
  await gateway.kill("control");
  await waitUntil(
    "both to come back",
    async () => (await fetch(`${gateway.url}/readyz`).catch(() => undefined))?.status === 200,
    15_000,
  );

  const files = filesBelow(gateway.dataDir).flatMap((file) => {
    const text = readIfThere(file);
    return text === undefined ? [] : [[file, text] as const];
  });
  expect(files.length).toBeGreaterThan(2);
  const places = [
    ...answers.map((text, index) => [`answer ${index}`, text] as const),
    ["the log", gateway.output()] as const,
    ...files,
  ];
  const found = Object.entries(canaries).flatMap(([name, secret]) =>
    places
      .filter(([, text]) => text.includes(secret))
      .map(([place, text]) => `${name} in ${place}: …${around(text, secret)}…`),
  );
  expect(found).toEqual([]);
}, 240_000);

test("a worker's environment and command line hold no secret", () => {
  for (const { role, pid } of gateway.pids().filter((one) => one.role === "worker")) {
    const told = readFileSync(`/proc/${pid}/environ`, "latin1") + readFileSync(`/proc/${pid}/cmdline`, "latin1");
    for (const [name, secret] of Object.entries(canaries))
      expect(told.includes(secret), `${name} in the environment of ${role}`).toBe(false);
  }
});

test("files of the data directory are for their owner alone", () => {
  const open = filesBelow(gateway.dataDir).filter(
    (file) => (statSync(file).mode & 0o077) !== 0 && (statSync(gateway.dataDir).mode & 0o077) !== 0,
  );
  expect(open).toEqual([]);
});

function around(text: string, secret: string): string {
  const at = text.indexOf(secret);
  return JSON.stringify(text.slice(Math.max(0, at - 80), at + secret.length + 20));
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** A segment of the journal goes once it is ingested, which may be between listing and reading. */
function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "latin1");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
