type Target = {
  /** Without `/v1`. */
  readonly url: string;
  /** A virtual key, or what stands for it. */
  readonly key: string;
  readonly model: string;
};

/** How to call the gateway, ready to be pasted. */
export function callSnippets({ url, key, model }: Target): readonly { readonly name: string; readonly code: string }[] {
  const quoted = JSON.stringify(model);
  return [
    {
      name: "curl",
      code: `curl ${url}/v1/chat/completions \\
  -H "Authorization: Bearer ${key}" \\
  -H "Content-Type: application/json" \\
  -d '{"model": ${quoted}, "messages": [{"role": "user", "content": "Hello"}]}'`,
    },
    {
      name: "Python",
      code: `from openai import OpenAI

client = OpenAI(base_url="${url}/v1", api_key="${key}")
answer = client.chat.completions.create(
    model=${quoted},
    messages=[{"role": "user", "content": "Hello"}],
)
print(answer.choices[0].message.content)`,
    },
    {
      name: "TypeScript",
      code: `import OpenAI from "openai";

const client = new OpenAI({ baseURL: "${url}/v1", apiKey: "${key}" });
const answer = await client.chat.completions.create({
  model: ${quoted},
  messages: [{ role: "user", content: "Hello" }],
});
console.log(answer.choices[0].message.content);`,
    },
    {
      name: "Claude Code",
      code: `ANTHROPIC_BASE_URL=${url} ANTHROPIC_AUTH_TOKEN=${key} claude`,
    },
  ];
}
