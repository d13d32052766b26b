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
const weather = { name: "get_weather", description: "The weather" };
const chatTools = [{ type: "function", function: { ...weather, parameters: schema } }];
const messagesTools = [{ ...weather, input_schema: schema }];

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
    shapes.push(await responsesTurn(bench, model), await googleTurn(bench, model), await converseTurn(bench, model));
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

async function responsesTurn(bench: Bench, model: string): Promise<Shape> {
  const path = "/v1/responses";
  const user = { role: "user", content: question };
  const tools = [{ type: "function", ...weather, parameters: schema, strict: false }];
  const base = { tools, store: false, include: ["reasoning.encrypted_content"] };
  const answer = await ask(bench, path, { model, ...base, input: [user] });
  const output = recordsOf(answer.output);
  const results = output
    .filter(({ type }) => type === "function_call")
    .map(({ call_id }) => ({ type: "function_call_output", call_id, output: "sunny" }));
  return {
    client: `begun at ${model}`,
    name: "responses",
    path,
    body: { ...base, input: [user, ...output, ...results] },
  };
}

async function googleTurn(bench: Bench, model: string): Promise<Shape> {
  const path = "/v1beta/models/MODEL:generateContent";
  const user = { role: "user", parts: [{ text: question }] };
  const base = { tools: [{ functionDeclarations: [{ ...weather, parameters: schema }] }] };
  const answer = await ask(bench, path, { model, ...base, contents: [user] });
  const content = recordsOf(answer.candidates)[0]?.content;
  if (!isRecord(content)) throw new Error(`${model} did not answer: ${JSON.stringify(answer)}`);
  const results = recordsOf(content.parts).flatMap(({ functionCall: call }) =>
    isRecord(call) ? [{ functionResponse: { id: call.id, name: call.name, response: { output: "sunny" } } }] : [],
  );
  const contents = [user, content, { role: "user", parts: results }];
  return { client: `begun at ${model}`, name: "gemini", path, body: { ...base, contents } };
}

async function converseTurn(bench: Bench, model: string): Promise<Shape> {
  const path = "/model/MODEL/converse";
  const user = { role: "user", content: [{ text: question }] };
  const base = { toolConfig: { tools: [{ toolSpec: { ...weather, inputSchema: { json: schema } } }] } };
  const { output } = await ask(bench, path, { model, ...base, messages: [user] });
  const message = isRecord(output) ? output.message : undefined;
  if (!isRecord(message)) throw new Error(`${model} did not answer: ${JSON.stringify(output)}`);
  const content = recordsOf(message.content).flatMap(({ toolUse }) =>
    isRecord(toolUse) ? [{ toolResult: { toolUseId: toolUse.toolUseId, content: [{ text: "sunny" }] } }] : [],
  );
  const messages = [user, message, { role: "user", content }];
  return { client: `begun at ${model}`, name: "converse", path, body: { ...base, messages } };
}

async function ask({ gateway }: Bench, path: string, body: Body): Promise<Body> {
  const asked = path.replace("MODEL", encodeURIComponent(String(body.model)));
  const response = await gateway.post(asked, body, { "anthropic-version": "2023-06-01" });
  const answer = parseJson(await response.text());
  if (!response.ok || !isRecord(answer)) throw new Error(`${body.model} refused: ${JSON.stringify(answer)}`);
  return answer;
}
