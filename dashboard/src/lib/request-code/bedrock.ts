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
${withBytes(argumentsOf({ modelId: model, ...body }), (data) => `base64.b64decode(${data})`)}
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
    : withBytes(JSON.stringify({ modelId: model, ...body }, undefined, 2), (data) => `Buffer.from(${data}, "base64")`);
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

/** AWS's libraries take bytes where JSON has base64. In a text the quotes would be escaped, so that no text is taken for it. */
function withBytes(code: string, decoded: (data: string) => string): string {
  return code.replace(/"bytes": ("[^"\\]*")/g, (_, data: string) => `"bytes": ${decoded(data)}`);
}
