import { isObject, type JsonObject } from "../json";
import { logged, printed } from "./openai";
import { argumentsOf } from "./python-literal";
import type { CodeRequest, Library } from "./request";

export const gemini: Library = {
  python: (request) => `import os
from google import genai

client = genai.Client(
    api_key=os.environ["HEADGATE_KEY"],
    http_options={"base_url": ${JSON.stringify(request.origin)}},
)
answer = client.models.generate_content${request.stream ? "_stream" : ""}(
${argumentsOf(inputOf(request))}
)
${printed(request.stream)}`,
  typeScript: (request) => `import { GoogleGenAI } from "@google/genai";

const client = new GoogleGenAI({
  apiKey: process.env.HEADGATE_KEY,
  httpOptions: { baseUrl: ${JSON.stringify(request.origin)} },
});
const answer = await client.models.generateContent${request.stream ? "Stream" : ""}(${JSON.stringify(inputOf(request), undefined, 2)});
${logged(request.stream)}`,
};

/** Google's libraries take what stands beside the contents as one `config`. */
function inputOf({ body, model }: CodeRequest): JsonObject {
  const { contents, generationConfig, generation_config: snake, ...rest } = body;
  const given = generationConfig ?? snake;
  const config = { ...(isObject(given) && given), ...rest };
  return { model, contents, ...(Object.keys(config).length > 0 && { config }) };
}
