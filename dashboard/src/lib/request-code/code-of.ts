import { anthropicMessages } from "./anthropic-messages";
import { bedrock } from "./bedrock";
import { type Call, callOf } from "./call-of";
import { gemini } from "./gemini";
import { openai } from "./openai";
import type { CodeRequest, Library } from "./request";

const libraries: { readonly [endpoint: string]: Library } = {
  "chat.completions": openai,
  completions: openai,
  embeddings: openai,
  responses: openai,
  messages: anthropicMessages,
  "gemini.generate": gemini,
  converse: bedrock,
  invoke: bedrock,
};

/** A request as a program would send it, with the key in HEADGATE_KEY; none for what asks no model. */
export function codeOf(request: CodeRequest) {
  const call = callOf(request, request.model, request.body);
  if (call === undefined) return [];
  const library = libraries[request.endpoint];
  const shell = { name: "curl", code: curl(request, call) };
  if (library === undefined) return [shell];
  return [
    shell,
    { name: "Python", code: library.python(request) },
    { name: "TypeScript", code: library.typeScript(request) },
  ];
}

function curl({ origin, stream }: CodeRequest, { path, body, headers }: Call): string {
  const json = JSON.stringify(body, undefined, 2).replaceAll("'", `'\\''`);
  return [
    `curl ${stream ? "-N " : ""}'${origin}${path}'`,
    '-H "Authorization: Bearer $HEADGATE_KEY"',
    ...Object.entries({ "Content-Type": "application/json", ...headers }).map(
      ([name, value]) => `-H '${name}: ${value}'`,
    ),
    `-d '${json}'`,
  ].join(" \\\n  ");
}
