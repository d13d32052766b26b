import { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand } from "@aws-sdk/client-bedrock-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { instructions, pixel, question, type Run, schema } from "./example.ts";

/** What applications send with AWS's SDK, by the examples of its documentation. */
export function awsSdk(url: string): readonly Run[] {
  const client = new BedrockRuntimeClient({
    region: "us-east-1",
    endpoint: url,
    token: { token: "any" },
    authSchemePreference: ["httpBearerAuth"],
    requestHandler: new NodeHttpHandler(),
    maxAttempts: 1,
  });
  const modelId = "some-model";
  const hello = [{ role: "user" as const, content: [{ text: "hello" }] }];
  const user = { role: "user" as const, content: [{ text: question }] };
  const ask = (more: object) => client.send(new ConverseCommand({ modelId, messages: hello, ...more }));
  const tool = { toolSpec: { name: "get_weather", description: "The weather", inputSchema: { json: schema } } };
  const choose = (toolChoice: object) => ask({ toolConfig: { tools: [tool], toolChoice } });
  const point = { cachePoint: { type: "default" as const } };
  const toolTurn = async (result: object, more: object = {}) => {
    const toolConfig = { tools: [tool] };
    const { output } = await ask({ messages: [user], toolConfig, ...more });
    const message = output?.message ?? { role: "assistant" as const, content: [] };
    const content = (message.content ?? []).flatMap(({ toolUse }) =>
      toolUse === undefined ? [] : [{ toolResult: { toolUseId: toolUse.toolUseId, ...result } }],
    );
    return ask({ messages: [user, message, { role: "user" as const, content }], toolConfig, ...more });
  };
  const thinking = { additionalModelRequestFields: { thinking: { type: "enabled", budget_tokens: 2000 } } };
  return [
    { name: "plain", run: () => ask({}) },
    { name: "system", run: () => ask({ system: [{ text: instructions }] }) },
    {
      name: "streamed",
      async run() {
        const { stream } = await client.send(new ConverseStreamCommand({ modelId, messages: hello }));
        return stream && Array.fromAsync(stream);
      },
    },
    {
      name: "sampling",
      run: () => ask({ inferenceConfig: { maxTokens: 500, temperature: 0.7, topP: 0.9, stopSequences: ["END"] } }),
    },
    { name: "top_k", run: () => ask({ additionalModelRequestFields: { top_k: 40 } }) },
    {
      name: "cache points",
      run: () =>
        ask({
          system: [{ text: instructions }, point],
          messages: [{ role: "user" as const, content: [{ text: "a" }, point, { text: "b" }] }],
          toolConfig: { tools: [tool, point] },
        }),
    },
    {
      name: "image",
      run: () =>
        ask({
          messages: [
            {
              role: "user" as const,
              content: [
                { text: "What is this?" },
                { image: { format: "png", source: { bytes: Buffer.from(pixel, "base64") } } },
              ],
            },
          ],
        }),
    },
    { name: "tools", run: () => toolTurn({ content: [{ json: { weather: "sunny" } }] }) },
    { name: "failed tool", run: () => toolTurn({ content: [{ text: "no such city" }], status: "error" }) },
    { name: "thinking", run: () => ask({ ...thinking, inferenceConfig: { maxTokens: 8000 } }) },
    {
      name: "thinking and tools",
      run: () => toolTurn({ content: [{ text: "sunny" }] }, { ...thinking, inferenceConfig: { maxTokens: 8000 } }),
    },
    { name: "any tool", run: () => choose({ any: {} }) },
    { name: "forced tool", run: () => choose({ tool: { name: "get_weather" } }) },
    { name: "metadata and tier", run: () => ask({ requestMetadata: { team: "a" }, serviceTier: { type: "default" } }) },
  ];
}
