import {
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
} from "@aws-sdk/client-bedrock-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { isObject, type JsonObject, parseJson } from "#lib/json";
import type { Headgate } from "../harness/start-headgate.ts";
import { type Ask, complete, plain } from "./ask-with-sdk.ts";
import { bodyOf } from "./pairs.ts";
import { sayingOfEvents, sayingOfWhole } from "./read-saying.ts";

/** AWS's SDK: Converse, and InvokeModel with Anthropic's body. */
export function bedrockAsks(gateway: Headgate): { readonly "bedrock-converse": Ask; readonly "bedrock-invoke": Ask } {
  const client = new BedrockRuntimeClient({
    region: "us-east-1",
    endpoint: gateway.url,
    token: { token: gateway.key },
    authSchemePreference: ["httpBearerAuth"],
    requestHandler: new NodeHttpHandler({ requestTimeout: 20_000 }),
    maxAttempts: 1,
  });
  return {
    "bedrock-converse": (model, stream) => (stream ? converseStream(client, model) : converse(client, model)),
    "bedrock-invoke": (model, stream) => (stream ? invokeStream(client, model) : invoke(client, model)),
  };
}

const hello = [{ role: "user" as const, content: [{ text: "hello" }] }];

async function converse(client: BedrockRuntimeClient, modelId: string) {
  const { $metadata: _meta, ...answer } = await client.send(new ConverseCommand({ modelId, messages: hello }));
  return sayingOfWhole("bedrock-converse", complete(plain(answer), ["output", "stopReason", "usage", "metrics"]));
}

async function converseStream(client: BedrockRuntimeClient, modelId: string) {
  const { stream } = await client.send(new ConverseStreamCommand({ modelId, messages: hello }));
  const events = stream === undefined ? [] : await Array.fromAsync(stream);
  return sayingOfEvents(
    "bedrock-converse",
    events.map((event) => plain(event)),
  );
}

function asked(modelId: string) {
  return {
    modelId,
    contentType: "application/json",
    body: JSON.stringify(bodyOf("bedrock-invoke", "", "hello", false)),
  };
}

async function invoke(client: BedrockRuntimeClient, modelId: string) {
  const { body } = await client.send(new InvokeModelCommand(asked(modelId)));
  return sayingOfWhole("bedrock-invoke", complete(read(body), ["id", "model", "role", "type"]));
}

async function invokeStream(client: BedrockRuntimeClient, modelId: string) {
  const { body } = await client.send(new InvokeModelWithResponseStreamCommand(asked(modelId)));
  const events = body === undefined ? [] : await Array.fromAsync(body);
  return sayingOfEvents(
    "bedrock-invoke",
    events.flatMap(({ chunk }) => (chunk?.bytes === undefined ? [] : [read(chunk.bytes)])),
  );
}

function read(bytes: Uint8Array): JsonObject {
  const json = parseJson(Buffer.from(bytes).toString());
  if (!isObject(json)) throw new Error("The answer is no object");
  return json;
}
