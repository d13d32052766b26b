import assert from "node:assert/strict";
import Anthropic from "@anthropic-ai/sdk";
import { BedrockRuntimeClient, ConverseCommand, type Message } from "@aws-sdk/client-bedrock-runtime";
import { type Content, GoogleGenAI } from "@google/genai";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import OpenAI from "openai";
import type { Dialect } from "./client-config.ts";
import { pixel, startTarget } from "./start-target.ts";

// A tool that answers with a picture and no word, in each dialect that can say so, at every provider.
const target = await startTarget();
const { key: apiKey, url } = target;
const openai = new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });
const anthropic = new Anthropic({ baseURL: url, apiKey, maxRetries: 0 });
const google = new GoogleGenAI({ apiKey, httpOptions: { baseUrl: url } });
process.env.AWS_BEARER_TOKEN_BEDROCK = apiKey;
const requestHandler = new NodeHttpHandler();
const aws = new BedrockRuntimeClient({ region: "us-east-1", endpoint: url, requestHandler, maxAttempts: 1 });

const name = "look";
const prompt = `[[tool:${name} {}]]`;
const schema = { type: "object" as const, properties: {} };

/** Each asks, is told to look, and shows what it saw. Rejects where that is refused. */
const turns: { readonly [dialect in Exclude<Dialect, "openai-chat">]: (model: string) => Promise<unknown> } = {
  "anthropic-messages": async (model) => {
    const asked = { model, max_tokens: 4000, tools: [{ name, input_schema: schema }] };
    const question = { role: "user" as const, content: prompt };
    const { content } = await anthropic.messages.create({ ...asked, messages: [question] });
    const results = content.flatMap((block) =>
      block.type === "tool_use" ? [{ type: "tool_result" as const, tool_use_id: block.id, content: [image] }] : [],
    );
    const messages = [question, { role: "assistant" as const, content }, { role: "user" as const, content: results }];
    return anthropic.messages.create({ ...asked, messages });
  },
  "openai-responses": async (model) => {
    const tools = [{ type: "function" as const, name, parameters: schema, strict: false }];
    const question = { role: "user" as const, content: prompt };
    const { output } = await openai.responses.create({ model, tools, input: [question] });
    const saw = [
      { type: "input_image" as const, detail: "auto" as const, image_url: `data:image/png;base64,${pixel}` },
    ];
    const calls = output.flatMap((item) => (item.type === "function_call" ? [item] : []));
    const results = calls.map(({ call_id }) => ({ type: "function_call_output" as const, call_id, output: saw }));
    return openai.responses.create({ model, tools, input: [question, ...calls, ...results] });
  },
  gemini: async (model) => {
    const config = { tools: [{ functionDeclarations: [{ name, parametersJsonSchema: schema }] }] };
    const question: Content = { role: "user", parts: [{ text: prompt }] };
    const { candidates } = await google.models.generateContent({ model, config, contents: [question] });
    const asked = candidates?.[0]?.content ?? {};
    const results = (asked.parts ?? []).flatMap(({ functionCall: call }) =>
      call === undefined
        ? []
        : [
            {
              functionResponse: {
                ...(call.id !== undefined && { id: call.id }),
                name,
                response: {},
                parts: [{ inlineData: { mimeType: "image/png", data: pixel } }],
              },
            },
          ],
    );
    const contents = [question, asked, { role: "user", parts: results }];
    return google.models.generateContent({ model, config, contents });
  },
  "bedrock-converse": async (modelId) => {
    const toolConfig = { tools: [{ toolSpec: { name, inputSchema: { json: schema } } }] };
    const question: Message = { role: "user", content: [{ text: prompt }] };
    const ask = async (...messages: Message[]) =>
      (await aws.send(new ConverseCommand({ modelId, toolConfig, messages }))).output?.message?.content ?? [];
    const content = await ask(question);
    const saw = [{ image: { format: "png" as const, source: { bytes: Buffer.from(pixel, "base64") } } }];
    const results = content.flatMap(({ toolUse }) =>
      toolUse === undefined ? [] : [{ toolResult: { toolUseId: toolUse.toolUseId, content: saw } }],
    );
    return ask(question, { role: "assistant", content }, { role: "user", content: results });
  },
};
const image = {
  type: "image" as const,
  source: { type: "base64" as const, media_type: "image/png" as const, data: pixel },
};

for (const dialect of ["anthropic-messages", "openai-responses", "gemini", "bedrock-converse"] as const) {
  for (const model of target.models(dialect)) {
    target.test(`${dialect} on ${model}: a result that is a picture alone reaches the provider`, async () => {
      await turns[dialect](model);
      const last = (await target.seen()).at(-1);
      assert.equal(last?.status, 200);
      assert.ok(last.body.includes(pixel), last.body);
    });
  }
}
