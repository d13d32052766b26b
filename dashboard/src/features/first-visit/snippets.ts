import type { Snippet } from "#components/code-block";

export type Place = { readonly origin: string; readonly secret: string; readonly model: string };

/** A first request in the languages that most applications are written in, with the user's own address and key. */
export function snippetsFor(place: Place): readonly Snippet[] {
  return [
    { name: "curl", code: curl(place) },
    { name: "Python", code: python(place) },
    { name: "TypeScript", code: typeScript(place) },
    { name: "LangChain", code: langChain(place) },
    { name: "Vercel AI", code: vercel(place) },
    { name: "Claude Code", code: claudeCode(place) },
  ];
}

function curl({ origin, secret, model }: Place): string {
  return `curl ${origin}/v1/chat/completions \\
  -H "Authorization: Bearer ${secret}" \\
  -H "Content-Type: application/json" \\
  -d '{"model": "${model}", "messages": [{"role": "user", "content": "Hello"}]}'`;
}

function python({ origin, secret, model }: Place): string {
  return `# pip install openai
from openai import OpenAI

client = OpenAI(base_url="${origin}/v1", api_key="${secret}")
answer = client.chat.completions.create(
    model="${model}",
    messages=[{"role": "user", "content": "Hello"}],
)
print(answer.choices[0].message.content)`;
}

function typeScript({ origin, secret, model }: Place): string {
  return `// npm install openai
import OpenAI from "openai";

const client = new OpenAI({ baseURL: "${origin}/v1", apiKey: "${secret}" });
const answer = await client.chat.completions.create({
  model: "${model}",
  messages: [{ role: "user", content: "Hello" }],
});
console.log(answer.choices[0]?.message.content);`;
}

function langChain({ origin, secret, model }: Place): string {
  return `# pip install langchain-openai
from langchain_openai import ChatOpenAI

chat = ChatOpenAI(base_url="${origin}/v1", api_key="${secret}", model="${model}")
print(chat.invoke("Hello").content)`;
}

function vercel({ origin, secret, model }: Place): string {
  return `// npm install ai @ai-sdk/openai
import { createOpenAI } from "@ai-sdk/openai";
import { generateText } from "ai";

const headgate = createOpenAI({ baseURL: "${origin}/v1", apiKey: "${secret}" });
const { text } = await generateText({ model: headgate.chat("${model}"), prompt: "Hello" });
console.log(text);`;
}

function claudeCode({ origin, secret, model }: Place): string {
  return `export ANTHROPIC_BASE_URL=${origin}
export ANTHROPIC_AUTH_TOKEN=${secret}
export ANTHROPIC_MODEL=${model}
unset ANTHROPIC_API_KEY
claude -p "Hello"`;
}
