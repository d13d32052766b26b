import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import type { Dialect } from "./client-config.ts";

/** One of the two SDKs as its users have it: with retries of its own, here counted. */
export type LimitedClient = {
  /** When it sent each of its requests, milliseconds since the epoch. */
  readonly sentAtMs: readonly number[];
  ask(model: string, content: string, more?: object): Promise<Answered>;
  /** The text so far goes to `onText`, so that it is there where the stream breaks off. */
  stream(model: string, content: string, onText?: (text: string) => void): Promise<Answered>;
};

export type Answered = { readonly text: string; readonly headers: Headers; readonly tools: readonly unknown[] };

export function limitedClient(dialect: Dialect, url: string, apiKey: string): LimitedClient {
  const sentAtMs: number[] = [];
  const counting = (input: string | URL | Request, init?: RequestInit) => {
    sentAtMs.push(Date.now());
    return fetch(input, init);
  };
  const asked =
    dialect === "openai-chat"
      ? openaiClient(new OpenAI({ baseURL: `${url}/v1`, apiKey, fetch: counting }))
      : anthropicClient(new Anthropic({ baseURL: url, apiKey, fetch: counting }));
  return { sentAtMs, ...asked };
}

function openaiClient(client: OpenAI): Pick<LimitedClient, "ask" | "stream"> {
  const request = (model: string, content: string) => ({
    model,
    max_completion_tokens: 400,
    messages: [{ role: "user" as const, content }],
  });
  return {
    async ask(model, content, more) {
      const asked = client.chat.completions.create({ ...request(model, content), ...more });
      const { data, response } = await asked.withResponse();
      const message = data.choices[0]?.message;
      const tools = message?.tool_calls?.flatMap((call) =>
        call.type === "function" ? [JSON.parse(call.function.arguments)] : [],
      );
      return { text: message?.content ?? "", headers: response.headers, tools: tools ?? [] };
    },
    async stream(model, content, onText) {
      const asked = client.chat.completions.create({ ...request(model, content), stream: true });
      const { data, response } = await asked.withResponse();
      let text = "";
      for await (const chunk of data) {
        text += chunk.choices[0]?.delta.content ?? "";
        onText?.(text);
      }
      return { text, headers: response.headers, tools: [] };
    },
  };
}

function anthropicClient(client: Anthropic): Pick<LimitedClient, "ask" | "stream"> {
  const request = (model: string, content: string) => ({
    model,
    max_tokens: 400,
    messages: [{ role: "user" as const, content }],
  });
  return {
    async ask(model, content, more) {
      const { data, response } = await client.messages.create({ ...request(model, content), ...more }).withResponse();
      const text = data.content.map((block) => (block.type === "text" ? block.text : "")).join("");
      const tools = data.content.flatMap((block) => (block.type === "tool_use" ? [block.input] : []));
      return { text, headers: response.headers, tools };
    },
    async stream(model, content, onText) {
      const asked = client.messages.create({ ...request(model, content), stream: true });
      const { data, response } = await asked.withResponse();
      let text = "";
      for await (const event of data) {
        if (event.type === "content_block_delta" && event.delta.type === "text_delta") text += event.delta.text;
        onText?.(text);
      }
      return { text, headers: response.headers, tools: [] };
    },
  };
}
