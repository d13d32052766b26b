import type { ChatAnthropic } from "@langchain/anthropic";
import { HumanMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import type { ChatGoogleGenerativeAI } from "@langchain/google-genai";
import type { ChatOpenAI } from "@langchain/openai";
import { generateText, jsonSchema, Output, stepCountIs, streamText, tool } from "ai";
import { closedSchema, instructions, question, type Run, schema } from "./example.ts";

export function aiSdk(model: Parameters<typeof generateText>[0]["model"]): readonly Run[] {
  const weather = tool({
    description: "The weather",
    inputSchema: jsonSchema<{ city: string }>(schema),
    execute: async () => "sunny",
  });
  const base = { model, system: instructions, maxRetries: 0 };
  const settings = {
    temperature: 0.3,
    topP: 0.9,
    maxOutputTokens: 2000,
    stopSequences: ["END"],
    presencePenalty: 0.2,
    frequencyPenalty: 0.2,
    seed: 3,
  };
  const drain = async ({ textStream }: { readonly textStream: AsyncIterable<string> }) => {
    for await (const _ of textStream);
  };
  return [
    { name: "generateText", run: () => generateText({ ...base, prompt: "hello" }) },
    { name: "streamText", run: () => drain(streamText({ ...base, prompt: "hello" })) },
    { name: "settings", run: () => generateText({ ...base, ...settings, prompt: "hello" }) },
    {
      name: "tools",
      run: () => generateText({ ...base, tools: { get_weather: weather }, stopWhen: stepCountIs(2), prompt: question }),
    },
    {
      name: "streamed tools",
      run: () =>
        drain(streamText({ ...base, tools: { get_weather: weather }, stopWhen: stepCountIs(2), prompt: question })),
    },
    {
      name: "structured output",
      run: () =>
        generateText({
          ...base,
          output: Output.object({ schema: jsonSchema<{ city: string }>(closedSchema) }),
          prompt: '[[say:{"city":"a","days":1}]]',
        }),
    },
  ];
}

export function langchain(make: (more: object) => ChatAnthropic | ChatGoogleGenerativeAI | ChatOpenAI): readonly Run[] {
  const weather = {
    type: "function" as const,
    function: { name: "get_weather", description: "The weather", parameters: schema },
  };
  const start = [new SystemMessage(instructions), new HumanMessage(question)];
  return [
    { name: "invoke", run: () => make({}).invoke("hello") },
    { name: "settings", run: () => make({ temperature: 0.5, maxTokens: 1000 }).invoke("hello") },
    { name: "stream", run: async () => Array.fromAsync(await make({ streaming: true }).stream("hello")) },
    {
      name: "structured output",
      run: () =>
        make({})
          .withStructuredOutput({ title: "place", ...closedSchema })
          .invoke('[[say:{"city":"a","days":1}]]'),
    },
    {
      name: "tools",
      async run() {
        const model = make({}).bindTools([weather]);
        const answer = await model.invoke(start);
        const results = (answer.tool_calls ?? []).map(
          (call) => new ToolMessage({ tool_call_id: call.id ?? "", content: "sunny" }),
        );
        await model.invoke([...start, answer, ...results]);
      },
    },
  ];
}
