import { logged, printed } from "./openai";
import { argumentsOf } from "./python-literal";
import type { Library } from "./request";

export const anthropicMessages: Library = {
  python: ({ origin, body, stream }) => `import os
from anthropic import Anthropic

client = Anthropic(base_url=${JSON.stringify(origin)}, auth_token=os.environ["HEADGATE_KEY"])
answer = client.messages.create(
${argumentsOf(body)}
)
${printed(stream)}`,
  typeScript: ({ origin, body, stream }) => `import Anthropic from "@anthropic-ai/sdk";

const client = new Anthropic({ baseURL: ${JSON.stringify(origin)}, authToken: process.env.HEADGATE_KEY });
const answer = await client.messages.create(${JSON.stringify(body, undefined, 2)});
${logged(stream)}`,
};
