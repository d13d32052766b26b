import { afterAll } from "bun:test";
import { type Headgate, type HeadgateOptions, startHeadgate } from "../harness/start-headgate.ts";
import { price } from "./bodies.ts";

/** A gateway whose keys, scopes and limits are made over the admin API, one by one. */
export type LimitedGateway = {
  readonly gateway: Headgate;
  /** An answer of the admin API, parsed. Throws for anything but 2xx. */
  readonly api: (method: string, path: string, body?: unknown) => Promise<Parsed>;
  readonly addKey: (spec: object) => Promise<Key>;
  /** A request with a virtual key of its own. */
  readonly ask: (secret: string, path: string, body: string, signal?: AbortSignal) => Promise<Response>;
};

export type Key = { readonly id: string; readonly secret: string };

type Parsed = ReturnType<typeof JSON.parse>;

/** Stopped when the test file is done. */
export async function startLimitedGateway(options: HeadgateOptions): Promise<LimitedGateway> {
  const gateway = await startHeadgate({ workers: 4, ...options });
  afterAll(async () => {
    await gateway.stop();
  }, 240_000);
  const api = async (method: string, path: string, body?: unknown): Promise<Parsed> => {
    const response = await gateway.admin(method, path, body);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  };
  return {
    gateway,
    api,
    addKey: async (spec) => {
      const { id, value } = await api("POST", "/api/virtual-keys", spec);
      return { id, secret: value };
    },
    ask: (secret, path, body, signal) => gateway.post(path, body, { authorization: `Bearer ${secret}` }, signal),
  };
}

/** `oai` speaks chat completions and `ant` messages; no timer of theirs fires on a busy machine. */
export function patientProviders(url: string): object {
  const one = (id: string, dialect: string) => ({
    dialect,
    base_url: `${url}/v1`,
    keys: [{ name: `${id}-key`, value: "sk-fake-one" }],
    retries: { max: 0 },
    timeouts: { headers_ms: 60_000, first_token_ms: 60_000, idle_ms: 60_000 },
    models: ["fake-gpt", "fake-claude"].map((model) => ({ id: model, price, context: 200_000, max_output: 64_000 })),
  });
  return { oai: one("oai", "openai-chat"), ant: one("ant", "anthropic-messages") };
}
