import { isRecord, recordsOf } from "../fake-provider/reply.ts";
import { readAllSse } from "../harness/read-sse.ts";
import type { Called, Client, Said, Talk } from "./talk.ts";

type Message = { [key: string]: unknown };

/** Sends back all that came (AI SDK, OpenRouter's clients), or what OpenAI's documentation names and nothing else. */
export const chatClient: Client = {
  name: "openai-chat",
  dialect: "openai-chat",
  keepsState: true,
  begin: (system, tools) => talk(system, tools, (message) => message),
};

export const plainChatClient: Client = {
  name: "openai-chat, plain",
  dialect: "openai-chat",
  keepsState: false,
  begin: (system, tools) => talk(system, tools, plain),
};

function plain({ content, tool_calls: calls }: Message): Message {
  const kept = recordsOf(calls).map(({ id, type, function: called }) => ({ id, type, function: called }));
  return { role: "assistant", content, ...(kept.length > 0 && { tool_calls: kept }) };
}

function talk(system: string, tools: Parameters<Client["begin"]>[1], kept: (message: Message) => Message): Talk {
  const messages: Message[] = [{ role: "system", content: system }];
  return {
    say(text, media) {
      const parts = media && [
        { type: "text", text },
        { type: "image_url", image_url: { url: `data:image/png;base64,${media.png}` } },
        { type: "file", file: { filename: media.title, file_data: `data:application/pdf;base64,${media.pdf}` } },
      ];
      messages.push({ role: "user", content: parts ?? text });
    },
    answer(results) {
      for (const { call, text } of results) messages.push({ role: "tool", tool_call_id: call.id, content: text });
    },
    request: (model, form) => ({
      path: "/v1/chat/completions",
      body: {
        model,
        messages: structuredClone(messages),
        reasoning_effort: "low",
        max_completion_tokens: 8000,
        tools: tools.map(({ schema, ...tool }) => ({ type: "function", function: { ...tool, parameters: schema } })),
        ...(form === "stream" && { stream: true, stream_options: { include_usage: true } }),
      },
    }),
    async take(response, form) {
      const message = form === "stream" ? await collect(response) : await whole(response);
      messages.push(kept(message));
      return said(message);
    },
  };
}

async function whole(response: Response): Promise<Message> {
  const body: unknown = await response.json();
  const message = isRecord(body) ? recordsOf(body.choices)[0]?.message : undefined;
  if (!isRecord(message)) throw new Error(`No message: ${JSON.stringify(body)}`);
  return { ...message };
}

/** Texts are put together, calls by their index, and the details of reasoning by theirs. */
async function collect(response: Response): Promise<Message> {
  const { events, error } = await readAllSse(response);
  if (error !== undefined || events.at(-1)?.data !== "[DONE]")
    throw new Error(`Broken stream: ${error ?? "no [DONE]"}`);
  const message: Message = { role: "assistant", content: null };
  for (const { data } of events.slice(0, -1)) {
    const chunk: unknown = JSON.parse(data);
    if (isRecord(chunk) && chunk.error !== undefined) throw new Error(data);
    const delta = isRecord(chunk) ? recordsOf(chunk.choices)[0]?.delta : undefined;
    if (isRecord(delta)) merge(message, delta);
  }
  return message;
}

function merge(message: Message, delta: { readonly [key: string]: unknown }): void {
  for (const [name, value] of Object.entries(delta)) {
    const before = message[name];
    if (name === "role" || name === "type" || name === "id" || name === "format") message[name] = value;
    else if (typeof value === "string") message[name] = (typeof before === "string" ? before : "") + value;
    else if (Array.isArray(value)) message[name] = mergeLists(before, value);
    else if (isRecord(value)) {
      const object: Message = isRecord(before) ? { ...before } : {};
      merge(object, value);
      message[name] = object;
    } else if (value !== null || before === undefined) message[name] = value;
  }
}

function mergeLists(before: unknown, added: readonly unknown[]): readonly Message[] {
  const list: Message[] = recordsOf(before).map((entry) => ({ ...entry }));
  for (const entry of added.filter(isRecord)) {
    const known = list.find((one) => one.index === entry.index && one.type === entry.type);
    const isCall = entry.function !== undefined;
    const same = isCall ? list.find((one) => one.index === entry.index) : known;
    if (same === undefined || entry.index === undefined) list.push({ ...entry });
    else merge(same, Object.fromEntries(Object.entries(entry).filter(([name]) => name !== "index")));
  }
  return list;
}

function said(message: Message): Said {
  const calls = recordsOf(message.tool_calls).map((call): Called => {
    const called = isRecord(call.function) ? call.function : {};
    return { id: String(call.id), name: String(called.name), arguments: JSON.parse(String(called.arguments)) };
  });
  return { text: String(message.content ?? ""), reasoning: String(message.reasoning_content ?? ""), calls };
}
