import { isObject } from "./json";

type Request = {
  /** Of the gateway, without a path. */
  readonly origin: string;
  readonly path: string;
  readonly body: object;
  readonly isAnthropic?: boolean;
};

/** A request as a program would send it, with the key in HEADGATE_KEY. */
export function codeOf({ origin, path, body, isAnthropic = false }: Request) {
  const json = JSON.stringify(body, undefined, 2);
  return [
    { name: "curl", code: curl(origin + path, json, isAnthropic) },
    { name: "Python", code: isAnthropic ? anthropicPython(origin, body) : python(origin, path, body) },
    { name: "TypeScript", code: isAnthropic ? anthropicScript(origin, json) : script(origin, path, json) },
  ];
}

function curl(address: string, json: string, isAnthropic: boolean): string {
  const version = isAnthropic ? "  -H 'anthropic-version: 2023-06-01' \\\n" : "";
  return `curl ${address} \\
  -H "Authorization: Bearer $HEADGATE_KEY" \\
  -H 'Content-Type: application/json' \\
${version}  -d '${json.replaceAll("'", `'\\''`)}'`;
}

const methods: { readonly [path: string]: string } = {
  "/v1/chat/completions": "chat.completions",
  "/v1/completions": "completions",
  "/v1/embeddings": "embeddings",
  "/v1/responses": "responses",
};

function python(origin: string, path: string, body: object): string {
  return `import os
from openai import OpenAI

client = OpenAI(base_url="${origin}/v1", api_key=os.environ["HEADGATE_KEY"])
answer = client.${methods[path]}.create(
${argumentsOf(body)}
)
print(answer)`;
}

function anthropicPython(origin: string, body: object): string {
  return `import os
from anthropic import Anthropic

client = Anthropic(base_url="${origin}", auth_token=os.environ["HEADGATE_KEY"])
answer = client.messages.create(
${argumentsOf(body)}
)
print(answer)`;
}

function script(origin: string, path: string, json: string): string {
  return `import OpenAI from "openai";

const client = new OpenAI({ baseURL: "${origin}/v1", apiKey: process.env.HEADGATE_KEY });
const answer = await client.${methods[path]}.create(${json});
console.log(answer);`;
}

function anthropicScript(origin: string, json: string): string {
  return `import Anthropic from "@anthropic-ai/sdk";

const client = new Anthropic({ baseURL: "${origin}", authToken: process.env.HEADGATE_KEY });
const answer = await client.messages.create(${json});
console.log(answer);`;
}

/** `name=value` lines; names that are none in Python go into `extra_body`. */
function argumentsOf(body: object): string {
  const entries = Object.entries(body);
  const named = entries.filter(([name]) => /^[a-z_]\w*$/i.test(name));
  const others = entries.filter(([name]) => !/^[a-z_]\w*$/i.test(name));
  const lines = named.map(([name, value]) => `    ${name}=${literal(value, "    ")},`);
  if (others.length > 0) lines.push(`    extra_body=${literal(Object.fromEntries(others), "    ")},`);
  return lines.join("\n");
}

/** JSON as Python writes it. */
function literal(value: unknown, indent: string): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  const deeper = `${indent}    `;
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    return `[\n${value.map((each) => `${deeper}${literal(each, deeper)},`).join("\n")}\n${indent}]`;
  }
  if (isObject(value)) {
    const lines = Object.entries(value).map(
      ([name, each]) => `${deeper}${JSON.stringify(name)}: ${literal(each, deeper)},`,
    );
    return lines.length === 0 ? "{}" : `{\n${lines.join("\n")}\n${indent}}`;
  }
  return JSON.stringify(value);
}
