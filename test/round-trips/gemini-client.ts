import { isRecord, recordsOf } from "../fake-provider/reply.ts";
import { readAllSse } from "../harness/read-sse.ts";
import type { Called, Client } from "./talk.ts";

type Content = { readonly [key: string]: unknown };

/**
 * Sends contents back as they came; of a stream each chunk's, as `@google/genai`'s chats do
 * (https://github.com/googleapis/js-genai/blob/main/src/chats.ts).
 */
export const geminiClient: Client = {
  name: "gemini",
  dialect: "gemini",
  keepsState: true,
  begin(system, tools) {
    const contents: Content[] = [];
    return {
      say(text, media) {
        const parts: object[] = [{ text }];
        if (media !== undefined)
          parts.push(
            { inlineData: { mimeType: "image/png", data: media.png } },
            { inlineData: { mimeType: "application/pdf", data: media.pdf } },
          );
        contents.push({ role: "user", parts });
      },
      answer(results) {
        const parts = results.map(({ call: { id, name }, text }) => ({
          functionResponse: { ...(id !== "" && { id }), name, response: { output: text } },
        }));
        contents.push({ role: "user", parts });
      },
      request: (model, form) => ({
        path: `/v1beta/models/${model}:${form === "stream" ? "streamGenerateContent?alt=sse" : "generateContent"}`,
        body: {
          systemInstruction: { parts: [{ text: system }] },
          contents: structuredClone(contents),
          generationConfig: { maxOutputTokens: 8000, thinkingConfig: { includeThoughts: true, thinkingBudget: 2000 } },
          tools: [
            {
              functionDeclarations: tools.map(({ schema, ...tool }) => ({ ...tool, parametersJsonSchema: schema })),
            },
          ],
        },
      }),
      async take(response, form) {
        const answered = form === "stream" ? await collect(response) : [await contentOf(response)];
        contents.push(...answered);
        const parts = answered.flatMap(({ parts: each }) => recordsOf(each));
        const texts = (isThought: boolean) =>
          parts.map(({ text, thought }) => ((thought === true) === isThought ? (text ?? "") : "")).join("");
        const calls = parts.map(({ functionCall: call }) => call).filter(isRecord);
        return {
          text: texts(false),
          reasoning: texts(true),
          calls: calls.map(
            ({ args, id, name }): Called => ({ id: String(id ?? ""), name: String(name), arguments: args }),
          ),
        };
      },
    };
  },
};

async function contentOf(response: Response): Promise<Content> {
  const body: unknown = await response.json();
  return candidateOf(body);
}

function candidateOf(chunk: unknown): Content {
  const [candidate] = recordsOf(isRecord(chunk) ? chunk.candidates : undefined);
  if (!isRecord(candidate?.content)) throw new Error(`No content: ${JSON.stringify(chunk)}`);
  return candidate.content;
}

async function collect(response: Response): Promise<readonly Content[]> {
  const { events, error } = await readAllSse(response);
  const chunks = events.map(({ data }): unknown => JSON.parse(data));
  const last = chunks.at(-1);
  const [ended] = recordsOf(isRecord(last) ? last.candidates : undefined);
  if (error !== undefined || ended?.finishReason !== "STOP")
    throw new Error(`Broken stream: ${error ?? JSON.stringify(last)}`);
  return chunks.map(candidateOf);
}
