import { GoogleGenAI } from "@google/genai";
import type { Headgate } from "../harness/start-headgate.ts";
import { type Ask, complete, plain } from "./ask-with-sdk.ts";
import { sayingOfEvents, sayingOfWhole } from "./read-saying.ts";

/** Google's SDK, for the thoughts as well. */
export function googleAsk(gateway: Headgate): Ask {
  const client = new GoogleGenAI({ apiKey: gateway.key, httpOptions: { baseUrl: gateway.url, timeout: 20_000 } });
  return async (model, stream) => {
    const request = { model, contents: "hello", config: { thinkingConfig: { includeThoughts: true } } };
    const fields = ["candidates", "modelVersion", "responseId"];
    if (!stream) return sayingOfWhole("gemini", complete(plain(await client.models.generateContent(request)), fields));
    const chunks = await Array.fromAsync(await client.models.generateContentStream(request));
    return sayingOfEvents(
      "gemini",
      chunks.map((chunk) => complete(plain(chunk), fields)),
    );
  };
}
