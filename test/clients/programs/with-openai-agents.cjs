// A turn with a tool through OpenAI's Agents SDK for Node, which asks Responses unless it is told otherwise.
const { Agent, OpenAIProvider, Runner, setTracingDisabled, tool } = require("@openai/agents");
const { z } = require("zod");

const { TARGET_DIALECT: dialect, TARGET_KEY: apiKey, TARGET_MODEL: model, TARGET_URL: url } = process.env;
setTracingDisabled(true);
const modelProvider = new OpenAIProvider({ apiKey, baseURL: `${url}/v1`, useResponses: dialect !== "openai-chat" });
const add = tool({
  name: "add",
  description: "Adds two numbers",
  parameters: z.object({ a: z.number(), b: z.number() }),
  execute: async ({ a, b }) => `marker-${a + b}`,
});
const agent = new Agent({ name: "Adder", instructions: "Be brief", model, tools: [add] });
new Runner({ modelProvider }).run(agent, '[[tool:add {"a":40,"b":2}]] please').then(({ finalOutput }) => {
  process.stdout.write(`${finalOutput}\n`);
});
