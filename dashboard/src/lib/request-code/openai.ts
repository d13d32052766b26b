import { argumentsOf } from "./python-literal";
import type { CodeRequest, Library } from "./request";

export const openai: Library = {
  python: ({ origin, endpoint, body, stream }) => `import os
from openai import OpenAI

client = OpenAI(base_url=${JSON.stringify(`${origin}/v1`)}, api_key=os.environ["HEADGATE_KEY"])
answer = client.${endpoint}.create(
${argumentsOf(body)}
)
${printed(stream)}`,
  typeScript: ({ origin, endpoint, body, stream }) => `import OpenAI from "openai";

const client = new OpenAI({ baseURL: ${JSON.stringify(`${origin}/v1`)}, apiKey: process.env.HEADGATE_KEY });
const answer = await client.${endpoint}.create(${JSON.stringify(body, undefined, 2)});
${logged(stream)}`,
};

/** The end of a program in Python: the answer, or each event of it. */
export function printed(stream: boolean, answer = "answer"): string {
  return stream ? `for event in ${answer}:\n    print(event)` : `print(${answer})`;
}

/** The same in TypeScript. */
export function logged(stream: CodeRequest["stream"], answer = "answer"): string {
  return stream ? `for await (const event of ${answer}) console.log(event);` : `console.log(${answer});`;
}
