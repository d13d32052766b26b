import { expect, test } from "bun:test";
import type { CompletionRequest } from "#core/completion";
import { GatewayError } from "#core/errors";
import { targetOf } from "#dialects/fixtures/parts";
import { createRandom } from "#dialects/fixtures/random-events";
import { mendsFor } from "#dialects/mend";
import { mendEncoded } from "#dialects/mend-encoded";
import { dialects } from "#dialects/registry";
import { scanTopLevel } from "#lib/json-scan";
import { checkMessagesForm } from "../fake-provider/anthropic-messages-check.ts";
import { checkConverseRequest } from "../fake-provider/bedrock-converse-check.ts";
import { Refusal } from "../fake-provider/dialect.ts";
import { checkGenerateRequest } from "../fake-provider/gemini-check.ts";
import { checkChatForm } from "../fake-provider/openai-chat-check.ts";
import { checkResponsesRequest } from "../fake-provider/openai-responses-check.ts";
import { isRecord } from "../fake-provider/reply.ts";
import { fits } from "../judges/rule.ts";
import { vendors } from "../judges/vendors.ts";
import { randomRequest } from "./random-requests.ts";

type Body = { readonly [key: string]: unknown };
type Strict = {
  readonly provider: string;
  readonly dialect: string;
  readonly models: readonly string[];
  readonly check: (body: Body, model: string) => void;
};

const rounds = process.env.HEADGATE_TEST_FULL === "1" ? 50_000 : 400;
const noClient = scanTopLevel(Buffer.from("{}"));

const strict: readonly Strict[] = [
  { provider: "openai", dialect: "openai-chat", models: ["gpt-4o", "gpt-5.1"], check: checkChatForm },
  { provider: "mistral", dialect: "openai-chat", models: ["mistral-large-latest"], check: () => undefined },
  {
    provider: "openai",
    dialect: "openai-responses",
    models: ["gpt-5.1", "gpt-5.5"],
    check: (body) => checkResponsesRequest({ ...body, model: "gpt-5.1" }),
  },
  {
    provider: "anthropic",
    dialect: "anthropic-messages",
    models: ["claude-sonnet-4-5", "claude-opus-4-8"],
    check: (body) => checkMessagesForm(body, false, ""),
  },
  {
    provider: "gemini",
    dialect: "gemini",
    models: ["gemini-2.5-flash", "gemini-3-pro-preview"],
    check: checkGenerateRequest,
  },
  {
    provider: "bedrock",
    dialect: "bedrock-converse",
    models: ["anthropic.claude-sonnet-4-5-20250929-v1:0", "amazon.nova-2-lite-v1:0", "amazon.nova-pro-v1:0"],
    check: checkConverseRequest,
  },
];

for (const { check, dialect, models, provider } of strict)
  for (const model of models)
    test(`what odd conversations become is taken by ${provider}'s ${model} in ${dialect}`, () => {
      const random = createRandom(21);
      /** A request for each thing that was refused. */
      const refusals = new Map<string, string>();
      for (let round = 0; round < rounds; round++) {
        const request = randomRequest(random);
        const body = sent(request, { provider, dialect, model });
        const problem = body && problemOf(() => check(body, model));
        const rest = body === undefined ? [] : objections(provider, dialect, model, body);
        for (const each of [problem ?? [], rest].flat())
          refusals.set(each.replaceAll(/\d+/g, "n"), `${JSON.stringify(body)} for ${JSON.stringify(request)}`);
      }
      expect([...refusals].map((refusal) => refusal.join("\n"))).toEqual([]);
    });

type Target = { readonly provider: string; readonly dialect: string; readonly model: string };

/** The body that the target is sent; undefined where the gateway refuses the request. */
function sent(request: CompletionRequest, { dialect, model, provider }: Target): Body | undefined {
  const { completion } = dialects[dialect]?.operations ?? {};
  if (completion?.translation === undefined) throw new Error(`${dialect} translates nothing`);
  const target = targetOf(provider, dialect, model);
  try {
    const encoded = completion.translation.codec.encodeRequest(request, { maxOutputTokens: 64_000, ...target });
    const { body } = mendEncoded(encoded, mendsFor(completion.mends ?? [], target.traits), noClient);
    const read: unknown = JSON.parse(Buffer.from(body).toString());
    return isRecord(read) ? read : undefined;
  } catch (error) {
    if (error instanceof GatewayError) return undefined;
    throw error;
  }
}

function problemOf(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}

function objections(provider: string, dialect: string, model: string, body: Body): readonly string[] {
  const vendor = vendors.find((one) => one.id === provider && one.dialect === dialect);
  return (vendor?.rules ?? [])
    .filter((rule) => fits(rule, model))
    .flatMap(({ name, objects }) => {
      const objection = objects(body, { model, beta: "" });
      return objection === undefined ? [] : [`${name}: ${objection.message}`];
    });
}
