import { isObject, type JsonObject } from "../json";
import { logged, printed } from "./openai";
import { argumentsOf, pythonLiteral } from "./python-literal";
import type { CodeRequest, Library } from "./request";

/** Converse, and InvokeModel with its body of bytes. */
export const bedrock: Library = { python, typeScript };

function python(request: CodeRequest): string {
  const { origin, endpoint, body, model, stream } = request;
  const isInvoke = endpoint === "invoke";
  const call = isInvoke
    ? `${stream ? "invoke_model_with_response_stream" : "invoke_model"}(
    modelId=${JSON.stringify(model)},
    body=json.dumps(${pythonLiteral(body, "    ")}),
)`
    : `converse${stream ? "_stream" : ""}(
${withBytes({ modelId: model, ...body }, argumentsOf, (data) => `base64.b64decode(${data})`)}
)`;
  const answer = isInvoke
    ? stream
      ? 'answer["body"]'
      : 'answer["body"].read()'
    : stream
      ? 'answer["stream"]'
      : "answer";
  const code = `${origin.startsWith("https:") ? pythonClient(origin) : plainPythonClient(origin)}
answer = client.${call}
${printed(stream, answer)}`;
  const modules = ["base64", "json"].filter((name) => code.includes(`${name}.`));
  return [...modules.map((name) => `import ${name}`), code].join("\n");
}

function pythonClient(origin: string): string {
  return `import os
import boto3

os.environ["AWS_BEARER_TOKEN_BEDROCK"] = os.environ["HEADGATE_KEY"]
client = boto3.client("bedrock-runtime", region_name="us-east-1", endpoint_url=${JSON.stringify(origin)})`;
}

/** boto3 sends such a key over TLS alone. */
function plainPythonClient(origin: string): string {
  return `import os
import boto3
from botocore import UNSIGNED
from botocore.config import Config

def with_key(request, **_):
    request.headers["x-headgate-key"] = os.environ["HEADGATE_KEY"]

client = boto3.client(
    "bedrock-runtime",
    region_name="us-east-1",
    endpoint_url=${JSON.stringify(origin)},
    config=Config(signature_version=UNSIGNED),
)
client.meta.events.register("before-send", with_key)`;
}

function typeScript({ origin, endpoint, body, model, stream }: CodeRequest): string {
  const isInvoke = endpoint === "invoke";
  const whole = isInvoke ? "InvokeModelCommand" : "ConverseCommand";
  const command = stream ? (isInvoke ? "InvokeModelWithResponseStreamCommand" : "ConverseStreamCommand") : whole;
  const json = JSON.stringify(body, undefined, 2);
  const input = isInvoke
    ? `{\n  modelId: ${JSON.stringify(model)},\n  body: JSON.stringify(${json.replaceAll("\n", "\n  ")}),\n}`
    : withBytes(
        { modelId: model, ...body },
        (marked) => JSON.stringify(marked, undefined, 2),
        (data) => `Buffer.from(${data}, "base64")`,
      );
  const answer = isInvoke
    ? stream
      ? "answer.body ?? []"
      : "new TextDecoder().decode(answer.body)"
    : stream
      ? "answer.stream ?? []"
      : "answer";
  return `import { BedrockRuntimeClient, ${command} } from "@aws-sdk/client-bedrock-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";

process.env.AWS_BEARER_TOKEN_BEDROCK = process.env.HEADGATE_KEY;
const client = new BedrockRuntimeClient({
  region: "us-east-1",
  endpoint: ${JSON.stringify(origin)},
  requestHandler: new NodeHttpHandler(),
});
const answer = await client.send(new ${command}(${input}));
${logged(stream, answer)}`;
}

/** AWS's libraries take bytes where JSON has base64: it is marked by what stands nowhere else in the input, and found by that. */
function withBytes(
  input: JsonObject,
  write: (marked: JsonObject) => string,
  decoded: (data: string) => string,
): string {
  const json = JSON.stringify(input);
  let mark = "base64:";
  while (json.includes(mark)) mark += ":";
  const data = new RegExp(`"${mark}([^"]*)"`, "g");
  return write(markFields(input, mark)).replace(data, (_, base64: string) => decoded(`"${base64}"`));
}

/** What tools, schemas and models have of their own may have such names too, and stays as it is. */
const opaque: ReadonlySet<string> = new Set(["input", "json", "additionalModelRequestFields", "requestMetadata"]);

function markFields(fields: JsonObject, mark: string, parent = ""): JsonObject {
  const entries = Object.entries(fields).map(([name, value]) => {
    if (opaque.has(name)) return [name, value];
    const isData = (parent === "source" && name === "bytes") || name === "redactedContent";
    if (isData && typeof value === "string" && !/["\\]/.test(value)) return [name, mark + value];
    return [name, markValue(value, mark, name)];
  });
  return Object.fromEntries(entries);
}

function markValue(value: unknown, mark: string, name: string): unknown {
  if (Array.isArray(value)) return value.map((each) => markValue(each, mark, name));
  return isObject(value) ? markFields(value, mark, name) : value;
}
