export type CallTarget = {
  /** Without `/v1`. */
  readonly url: string;
  /** A virtual key, or what stands for it. */
  readonly key: string;
  readonly model: string;
};

type Snippet = { readonly name: string; readonly code: string };

/** How to call the gateway in what most applications are written in, ready to be pasted. */
export function callSnippets(target: CallTarget): readonly Snippet[] {
  return [
    curlSnippet(target),
    { name: "Python", code: python(target) },
    { name: "TypeScript", code: typeScript(target) },
    { name: "LangChain", code: langChain(target) },
    { name: "Vercel AI", code: vercel(target) },
    { name: "Claude Code", code: claudeCode(target) },
    { name: "Codex", code: codex(target) },
    { name: "Responses", code: responses(target) },
    { name: "Anthropic", code: anthropic(target) },
    { name: "Gemini", code: gemini(target) },
    { name: "AWS", code: aws(target) },
  ];
}

/** A first request from a terminal. */
export function curlSnippet({ url, key, model }: CallTarget): Snippet {
  const body = JSON.stringify({ model, messages: [{ role: "user", content: "Hello" }] });
  const code = `curl ${url}/v1/chat/completions \\
  -H "Authorization: Bearer ${key}" \\
  -H "Content-Type: application/json" \\
  -d '${body.replaceAll("'", `'\\''`)}'`;
  return { name: "curl", code };
}

function python({ url, key, model }: CallTarget): string {
  return `# pip install openai
from openai import OpenAI

client = OpenAI(base_url="${url}/v1", api_key="${key}")
answer = client.chat.completions.create(
    model=${JSON.stringify(model)},
    messages=[{"role": "user", "content": "Hello"}],
)
print(answer.choices[0].message.content)`;
}

function typeScript({ url, key, model }: CallTarget): string {
  return `// npm install openai
import OpenAI from "openai";

const client = new OpenAI({ baseURL: "${url}/v1", apiKey: "${key}" });
const answer = await client.chat.completions.create({
  model: ${JSON.stringify(model)},
  messages: [{ role: "user", content: "Hello" }],
});
console.log(answer.choices[0]?.message.content);`;
}

function langChain({ url, key, model }: CallTarget): string {
  return `# pip install langchain-openai
from langchain_openai import ChatOpenAI

chat = ChatOpenAI(base_url="${url}/v1", api_key="${key}", model=${JSON.stringify(model)})
print(chat.invoke("Hello").content)`;
}

function vercel({ url, key, model }: CallTarget): string {
  return `// npm install ai @ai-sdk/openai
import { createOpenAI } from "@ai-sdk/openai";
import { generateText } from "ai";

const headgate = createOpenAI({ baseURL: "${url}/v1", apiKey: "${key}" });
const { text } = await generateText({ model: headgate.chat(${JSON.stringify(model)}), prompt: "Hello" });
console.log(text);`;
}

function claudeCode({ url, key, model }: CallTarget): string {
  return `export ANTHROPIC_BASE_URL=${url}
export ANTHROPIC_AUTH_TOKEN=${key}
export ANTHROPIC_MODEL=${model}
unset ANTHROPIC_API_KEY
claude -p "Hello"`;
}

function codex({ url, key, model }: CallTarget): string {
  return `export HEADGATE_KEY=${key}
codex exec --skip-git-repo-check -m ${model} \\
  -c model_provider=headgate \\
  -c model_providers.headgate.name=Headgate \\
  -c model_providers.headgate.base_url=${url}/v1 \\
  -c model_providers.headgate.env_key=HEADGATE_KEY \\
  -c model_providers.headgate.wire_api=responses \\
  "Hello"`;
}

function responses({ url, key, model }: CallTarget): string {
  return `# pip install openai
from openai import OpenAI

client = OpenAI(base_url="${url}/v1", api_key="${key}")
answer = client.responses.create(model=${JSON.stringify(model)}, input="Hello")
print(answer.output_text)`;
}

function anthropic({ url, key, model }: CallTarget): string {
  return `# pip install anthropic
from anthropic import Anthropic

client = Anthropic(base_url="${url}", api_key="${key}")
answer = client.messages.create(
    model=${JSON.stringify(model)},
    max_tokens=1024,
    messages=[{"role": "user", "content": "Hello"}],
)
print(answer.content[0].text)`;
}

function gemini({ url, key, model }: CallTarget): string {
  return `# pip install google-genai
from google import genai

client = genai.Client(api_key="${key}", http_options={"base_url": "${url}"})
answer = client.models.generate_content(model=${JSON.stringify(model)}, contents="Hello")
print(answer.text)`;
}

/** The SDK's own handler speaks HTTP/2, which needs TLS; boto3 sends such a key over TLS alone. */
function aws({ url, key, model }: CallTarget): string {
  return `// npm install @aws-sdk/client-bedrock-runtime @smithy/node-http-handler
import { BedrockRuntimeClient, ConverseCommand } from "@aws-sdk/client-bedrock-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";

process.env.AWS_BEARER_TOKEN_BEDROCK = "${key}";
const client = new BedrockRuntimeClient({
  region: "us-east-1",
  endpoint: "${url}",
  requestHandler: new NodeHttpHandler(),
});
const answer = await client.send(
  new ConverseCommand({ modelId: ${JSON.stringify(model)}, messages: [{ role: "user", content: [{ text: "Hello" }] }] }),
);
console.log(answer.output?.message?.content?.[0]?.text);`;
}
