import { FunctionCallingConfigMode, GoogleGenAI, HarmBlockThreshold, HarmCategory, ThinkingLevel } from "@google/genai";
import { closedSchema, instructions, pixel, question, type Run, schema } from "./example.ts";

/** What applications send with Google's SDK, by the examples of its documentation. */
export function googleSdk(url: string): readonly Run[] {
  const { models } = new GoogleGenAI({ apiKey: "any", httpOptions: { baseUrl: url } });
  const model = "some-model";
  const ask = (config: object, contents: string | object[] = "hello") =>
    models.generateContent({ model, contents, config });
  const weather = { name: "get_weather", description: "The weather", parametersJsonSchema: schema };
  const tools = [{ functionDeclarations: [weather] }];
  const user = { role: "user", parts: [{ text: question }] };
  const forced = (mode: FunctionCallingConfigMode, more: object = {}) =>
    ask({ tools, toolConfig: { functionCallingConfig: { mode, ...more } } });
  const toolTurn = async (config: object) => {
    const first = await ask({ tools, ...config }, [user]);
    const content = first.candidates?.[0]?.content ?? {};
    const results = (first.functionCalls ?? []).map(({ id, name }) => ({
      functionResponse: { ...(id !== undefined && { id }), name, response: { output: "sunny" } },
    }));
    return ask({ tools, ...config }, [user, content, { role: "user", parts: results }]);
  };
  return [
    { name: "plain", run: () => ask({}) },
    { name: "system instruction", run: () => ask({ systemInstruction: instructions }) },
    {
      name: "streamed",
      run: async () => Array.fromAsync(await models.generateContentStream({ model, contents: "hello" })),
    },
    {
      name: "sampling",
      run: () => ask({ temperature: 0.7, topP: 0.9, topK: 40, maxOutputTokens: 500, stopSequences: ["END"], seed: 3 }),
    },
    { name: "penalties", run: () => ask({ presencePenalty: 0.2, frequencyPenalty: 0.2 }) },
    { name: "thinking budget", run: () => ask({ thinkingConfig: { thinkingBudget: 1024, includeThoughts: true } }) },
    { name: "no thinking", run: () => ask({ thinkingConfig: { thinkingBudget: 0 } }) },
    { name: "thinking level", run: () => ask({ thinkingConfig: { thinkingLevel: ThinkingLevel.LOW } }) },
    { name: "JSON", run: () => ask({ responseMimeType: "application/json" }, "Answer in JSON") },
    {
      name: "structured output",
      run: () => ask({ responseMimeType: "application/json", responseJsonSchema: closedSchema }),
    },
    {
      name: "Google's schema",
      run: () =>
        ask({
          responseMimeType: "application/json",
          responseSchema: {
            type: "OBJECT",
            properties: { city: { type: "STRING", nullable: true } },
            required: ["city"],
          },
        }),
    },
    {
      name: "safety",
      run: () =>
        ask({
          safetySettings: [
            { category: HarmCategory.HARM_CATEGORY_HARASSMENT, threshold: HarmBlockThreshold.BLOCK_ONLY_HIGH },
          ],
        }),
    },
    {
      name: "image",
      run: () =>
        ask({}, [
          {
            role: "user",
            parts: [{ text: "What is this?" }, { inlineData: { mimeType: "image/png", data: pixel } }],
          },
        ]),
    },
    { name: "tools", run: () => toolTurn({}) },
    { name: "thinking and tools", run: () => toolTurn({ thinkingConfig: { includeThoughts: true } }) },
    { name: "any tool", run: () => forced(FunctionCallingConfigMode.ANY) },
    {
      name: "forced tool",
      run: () => forced(FunctionCallingConfigMode.ANY, { allowedFunctionNames: ["get_weather"] }),
    },
    { name: "no tool", run: () => forced(FunctionCallingConfigMode.NONE) },
    {
      name: "history without ids",
      run: () =>
        ask({ tools }, [
          user,
          {
            role: "model",
            parts: [
              { functionCall: { name: "get_weather", args: { city: "Paris" } } },
              { functionCall: { name: "get_weather", args: { city: "Rome" } } },
            ],
          },
          {
            role: "user",
            parts: ["sunny", "wet"].map((output) => ({
              functionResponse: { name: "get_weather", response: { output } },
            })),
          },
        ]),
    },
  ];
}
