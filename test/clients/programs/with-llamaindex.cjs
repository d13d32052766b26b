// A turn with a tool through LlamaIndex for Node, with its clients for servers of each dialect that it knows.
const { TARGET_DIALECT: dialect, TARGET_KEY: apiKey, TARGET_MODEL: model, TARGET_URL: url } = process.env;

const add = {
  metadata: {
    name: "add",
    description: "Adds two numbers",
    parameters: {
      type: "object",
      properties: { a: { type: "integer" }, b: { type: "integer" } },
      required: ["a", "b"],
    },
  },
  call: ({ a, b }) => `marker-${a + b}`,
};

function client() {
  if (dialect === "gemini") {
    const { Gemini } = require("@llamaindex/google");
    return new Gemini({ apiKey, model, httpOptions: { baseUrl: url } });
  }
  if (dialect === "anthropic-messages") {
    const { Anthropic, AnthropicSession } = require("@llamaindex/anthropic");
    const session = new AnthropicSession({ apiKey, baseURL: url });
    return new Anthropic({ apiKey, model, maxTokens: 1000, session });
  }
  const { OpenAI, OpenAIResponses } = require("@llamaindex/openai");
  const Client = dialect === "openai-responses" ? OpenAIResponses : OpenAI;
  return new Client({ apiKey, model, baseURL: `${url}/v1`, maxRetries: 0 });
}

const messages = [{ role: "user", content: '[[tool:add {"a":40,"b":2}]] please' }];
client()
  .exec({ messages, tools: [add] })
  .then(async ({ newMessages, toolCalls }) => {
    if (toolCalls.length !== 1) throw new Error(`${toolCalls.length} calls`);
    const { message } = await client().chat({ messages: [...messages, ...newMessages], tools: [add] });
    process.stdout.write(`${JSON.stringify(message.content)}\n`);
  });
