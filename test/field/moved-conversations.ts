import { parseJson } from "#lib/json";
import { isRecord } from "../fake-provider/reply.ts";
import { recordsOf } from "../judges/chat-body.ts";
import type { Body } from "../judges/rule.ts";
import type { Bench } from "./send-shapes.ts";
import type { Shape } from "./shapes.ts";

/** How Claude is asked to think, so that the conversation holds thinking that only its maker can read. */
const ownThinking: { readonly [model: string]: Body } = {
  "anthropic/claude-sonnet-4-5-20250929": { type: "enabled", budget_tokens: 2000 },
  "anthropic/claude-opus-4-8": { type: "adaptive" },
};

/** Models that call tools, of each vendor and kind of reasoning: a conversation begins at one of them. */
const beginnings = [
  ...Object.keys(ownThinking),
  "cerebras/gpt-oss-120b",
  "deepseek/deepseek-chat",
  "gemini/gemini-3-pro-preview",
  "groq/openai/gpt-oss-120b",
  "mistral/magistral-medium-latest",
  "openai/gpt-4o",
  "openai/gpt-5",
  "openrouter/anthropic/claude-sonnet-4.5",
  "xai/grok-4",
];

const question = '[[think:it may rain]] [[tool:get_weather {"city":"Paris"}]] what is the weather?';
const schema = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const chatTools = [
  { type: "function", function: { name: "get_weather", description: "The weather", parameters: schema } },
];
const messagesTools = [{ name: "get_weather", description: "The weather", input_schema: schema }];

/**
 * The second half of turns that began at another provider, as a client sends it after a fallback or a changed route:
 * the answer as it came, and the results of its calls. Some clients of Messages think, by a budget or adaptively.
 */
export async function movedConversations(bench: Bench): Promise<readonly Shape[]> {
  const shapes: Shape[] = [];
  for (const model of beginnings) {
    shapes.push(await chatTurn(bench, model));
    for (const thinking of [undefined, { type: "enabled", budget_tokens: 2000 }, { type: "adaptive" }])
      shapes.push(await messagesTurn(bench, model, thinking));
  }
  return shapes;
}

async function chatTurn(bench: Bench, model: string): Promise<Shape> {
  const path = "/v1/chat/completions";
  const user = { role: "user", content: question };
  const effort = model in ownThinking ? { reasoning_effort: "low" } : {};
  const answer = await ask(bench, path, { model, messages: [user], tools: chatTools, ...effort });
  const message = recordsOf(answer.choices)[0]?.message;
  if (!isRecord(message)) throw new Error(`${model} did not answer: ${JSON.stringify(answer)}`);
  const results = recordsOf(message.tool_calls).map(({ id }) => ({ role: "tool", tool_call_id: id, content: "sunny" }));
  return {
    client: `begun at ${model}`,
    name: "chat",
    path,
    body: { messages: [user, message, ...results], tools: chatTools },
  };
}

async function messagesTurn(bench: Bench, model: string, thinking: Body | undefined): Promise<Shape> {
  const path = "/v1/messages";
  const user = { role: "user", content: question };
  const base = { max_tokens: 8000, tools: messagesTools };
  const first = ownThinking[model];
  const answer = await ask(bench, path, { model, ...base, messages: [user], ...(first && { thinking: first }) });
  const results = recordsOf(answer.content)
    .filter(({ type }) => type === "tool_use")
    .map(({ id }) => ({ type: "tool_result", tool_use_id: id, content: "sunny" }));
  const messages = [user, { role: "assistant", content: answer.content }, { role: "user", content: results }];
  return {
    client: `begun at ${model}`,
    name: thinking === undefined ? "messages" : `messages, thinking ${thinking.type}`,
    path,
    body: { ...base, messages, ...(thinking !== undefined && { thinking }) },
  };
}

async function ask({ gateway }: Bench, path: string, body: Body): Promise<Body> {
  const response = await gateway.post(path, body, { "anthropic-version": "2023-06-01" });
  const answer = parseJson(await response.text());
  if (!response.ok || !isRecord(answer)) throw new Error(`${body.model} refused: ${JSON.stringify(answer)}`);
  return answer;
}
