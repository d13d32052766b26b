import { type FakeAnswer, type FakeDialect, fakeModels, refuse, wholeOnly } from "./dialect.ts";
import { checkGenerateRequest } from "./gemini-check.ts";
import { signCall, signText } from "./gemini-signatures.ts";
import {
  countTokens,
  isRecord,
  type Prompt,
  type Reply,
  recordsOf,
  replyTo,
  textIn,
  textUntilStop,
  words,
} from "./reply.ts";

/** generateContent and its relatives the way Google answers them. */
export const gemini: FakeDialect = {
  keyHeader: "x-goog-api-key",
  wrongKey: { status: 400, code: "API_KEY_INVALID", message: () => "API key not valid. Please pass a valid API key." },
  streamType: "text/event-stream",
  answer({ endpoint, query, body: written, id }) {
    const body = isRecord(written) ? withCamelNames(written) : {};
    const [, model = "", method = ""] = /\/models\/(.+):(\w+)$/.exec(decodeURIComponent(endpoint)) ?? [];
    if (!fakeModels.includes(model))
      refuse(404, `models/${model} is not found for API version v1beta, or is not supported for ${method}.`);
    switch (method) {
      case "generateContent":
      case "streamGenerateContent":
        checkGenerateRequest(body, model);
        return generated(body, model, id, method === "generateContent" ? undefined : query.get("alt") === "sse");
      case "countTokens": {
        const asked = isRecord(body.generateContentRequest) ? body.generateContentRequest : body;
        return wholeOnly({ totalTokens: inputTokens(asked) });
      }
      case "embedContent":
        return wholeOnly({ embedding: { values: [0.5, -0.25, 0] } });
      case "batchEmbedContents":
        return wholeOnly({
          embeddings: recordsOf(body.requests).map((_, index) => ({ values: [0.5, -0.25, index] })),
        });
      default:
        return refuse(404, `Method not found: ${method}`);
    }
  },
  errorBody: (status, message, code) => ({
    error: {
      code: status,
      message,
      status: statusNames[status] ?? (status >= 500 ? "INTERNAL" : "INVALID_ARGUMENT"),
      ...(code !== undefined && {
        details: [
          { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: code, domain: "googleapis.com", metadata: {} },
        ],
      }),
    },
  }),
  headers: (id) => ({
    "server-timing": "gfet4t7; dur=5",
    "x-gemini-service-tier": "standard",
    "x-goog-upstream-account": `account-${id}`,
  }),
};

const statusNames: { readonly [status: number]: string } = {
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  429: "RESOURCE_EXHAUSTED",
  499: "CANCELLED",
  503: "UNAVAILABLE",
  504: "DEADLINE_EXCEEDED",
};

/** Google reads names of fields in either spelling (https://protobuf.dev/programming-guides/json); its Python SDK mixes them. */
function withCamelNames(object: Body): Body {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => {
      const camel = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
      return [camel, freeFields.has(camel) ? value : inCamelNames(value)];
    }),
  );
}

function inCamelNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inCamelNames);
  return isRecord(value) ? withCamelNames(value) : value;
}

/** What stands below these is the client's own. */
const freeFields = new Set([
  "args",
  "response",
  "labels",
  "parameters",
  "parametersJsonSchema",
  "responseSchema",
  "responseJsonSchema",
]);

/** What `GET /models` says. */
export function geminiModelList(): unknown {
  return {
    models: fakeModels.map((id) => ({
      name: `models/${id}`,
      version: "001",
      displayName: id,
      inputTokenLimit: 1_048_576,
      outputTokenLimit: 65_536,
      supportedGenerationMethods: ["generateContent", "countTokens"],
    })),
  };
}

type Body = { readonly [key: string]: unknown };
type Part = { readonly [key: string]: unknown };

/** The answer to a request that has been checked; `asEvents` is undefined where it is not streamed, false for a list. */
export function generated(body: Body, model: string, id: number, asEvents: boolean | undefined): FakeAnswer {
  const reply = replyTo(readPrompt(body));
  if (reply.status !== undefined) refuse(reply.status, `The test asked for ${reply.status}`);
  const parts = partsOf(reply, body, model, id);
  const usageMetadata = usageOf(body, reply);
  const tail = { modelVersion: model, responseId: `fakeResponse${id}` };
  const closing = { finishReason: finishReason(reply), index: 0 };
  const chunks = parts.flatMap(pieces).map((part) => ({
    candidates: [{ content: { parts: [part], role: "model" }, index: 0 }],
    usageMetadata: { promptTokenCount: usageMetadata.promptTokenCount },
    ...tail,
  }));
  const last = {
    candidates: [{ content: { parts: [{ text: "" }], role: "model" }, ...closing }],
    usageMetadata,
    ...tail,
  };
  const events = [...chunks, last].map((chunk) => JSON.stringify(chunk));
  return {
    stream: asEvents !== undefined,
    whole: { candidates: [{ content: { parts, role: "model" }, ...closing }], usageMetadata, ...tail },
    events: events.map((json, index) => ({
      raw: asEvents === true ? `data: ${json}\r\n\r\n` : `${index === 0 ? "[" : ",\r\n"}${json}`,
    })),
    terminator: asEvents === true ? "" : "]",
    delayMs: reply.delayMs,
  };
}

function partsOf(reply: Reply, body: Body, model: string, id: number): Part[] {
  const config = isRecord(body.generationConfig) ? body.generationConfig : {};
  const thinking = isRecord(config.thinkingConfig) ? config.thinkingConfig : {};
  const parts: Part[] = [];
  const thought = reply.reasoning || (thinking.includeThoughts === true ? "Let me think" : "");
  if (thought !== "" && thinking.includeThoughts === true) parts.push({ text: thought, thought: true });
  const text = reply.stop.kind === "refusal" || reply.stop.kind === "filter" ? "" : textUntilStop(reply);
  if (text !== "") parts.push({ text, ...(reply.toolCalls.length === 0 && { thoughtSignature: signText(text) }) });
  for (const [at, { name, arguments: written }] of reply.toolCalls.entries()) {
    const args: unknown = JSON.parse(written);
    // Those of Gemini 3 have ids; the first of parallel ones carries the signature of all.
    const call = { ...(/gemini-3/.test(model) && { id: `fake${id}c${at}` }), name, args };
    parts.push({ functionCall: call, ...(at === 0 && { thoughtSignature: signCall(name, args) }) });
  }
  return parts;
}

/** The parts of a stream's chunks: a text in words, its signature behind them. */
function pieces(part: Part): Part[] {
  if (typeof part.text !== "string") return [part];
  const { text, thoughtSignature, ...rest } = part;
  const said: Part[] = words(text).map((piece) => ({ text: piece, ...rest }));
  return thoughtSignature === undefined ? said : [...said, { text: "", thoughtSignature }];
}

function finishReason({ stop }: Reply): string {
  if (stop.kind === "length") return "MAX_TOKENS";
  return stop.kind === "refusal" || stop.kind === "filter" ? "SAFETY" : "STOP";
}

function usageOf(body: Body, reply: Reply) {
  const promptTokenCount = inputTokens(body);
  const thoughtsTokenCount = countTokens(reply.reasoning);
  const said = [reply.text, ...reply.toolCalls.map((call) => call.arguments)].join(" ");
  const candidatesTokenCount = countTokens(said);
  return {
    promptTokenCount,
    candidatesTokenCount,
    totalTokenCount: promptTokenCount + candidatesTokenCount + thoughtsTokenCount,
    ...(reply.cachedTokens > 0 && { cachedContentTokenCount: Math.min(reply.cachedTokens, promptTokenCount) }),
    promptTokensDetails: [{ modality: "TEXT", tokenCount: promptTokenCount }],
    ...(thoughtsTokenCount > 0 && { thoughtsTokenCount }),
  };
}

function inputTokens(body: Body): number {
  const said = [...recordsOf([body.systemInstruction]), ...contentsOf(body)].flatMap(({ parts }) => recordsOf(parts));
  return countTokens([...said.map(textIn), ...functionsOf(body).map((each) => JSON.stringify(each))].join(" "));
}

function contentsOf(body: Body): readonly Part[] {
  return recordsOf(Array.isArray(body.contents) ? body.contents : [body.contents]);
}

function functionsOf(body: Body): readonly Part[] {
  return recordsOf(body.tools).flatMap(({ functionDeclarations }) => recordsOf(functionDeclarations));
}

function readPrompt(body: Body): Prompt {
  const contents = contentsOf(body);
  const isModel = ({ role }: Part) => role === "model";
  const turn = contents.slice(contents.findLastIndex(isModel) + 1).flatMap(({ parts }) => recordsOf(parts));
  const last = recordsOf(contents.at(-1)?.parts);
  const asked = contents.findLast((content) => !isModel(content) && textIn(content.parts) !== "");
  const config = isRecord(body.generationConfig) ? body.generationConfig : {};
  return {
    lastUserText: turn.some(({ text }) => typeof text === "string")
      ? turn.map(({ text }) => (typeof text === "string" ? text : "")).join("\n")
      : textIn(asked?.parts),
    toolResults: last
      .map(({ functionResponse }) => functionResponse)
      .filter(isRecord)
      .map(({ id, name, response }) => ({ id: String(id ?? name), text: resultText(response) })),
    media: turn.flatMap(describeMedia),
    tools: functionsOf(body).map(({ name, parameters, parametersJsonSchema }) => ({
      name: String(name),
      schema: parametersJsonSchema ?? lowerTypes(parameters),
    })),
    forcedTool: forcedTool(body.toolConfig),
    schema: config.responseJsonSchema ?? lowerTypes(config.responseSchema),
  };
}

function resultText(response: unknown): string {
  if (!isRecord(response)) return "";
  const said = response.output ?? response.result ?? response.error;
  return typeof said === "string" ? said : JSON.stringify(said ?? response);
}

/** Google writes types in capitals. */
function lowerTypes(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(lowerTypes);
  if (!isRecord(schema)) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([name, value]) => [
      name,
      name === "type" && typeof value === "string" ? value.toLowerCase() : lowerTypes(value),
    ]),
  );
}

function forcedTool(config: unknown): string | undefined {
  const calling = isRecord(config) && isRecord(config.functionCallingConfig) ? config.functionCallingConfig : {};
  if (calling.mode !== "ANY") return undefined;
  const names = Array.isArray(calling.allowedFunctionNames) ? calling.allowedFunctionNames : [];
  return names.length === 1 ? String(names[0]) : "any";
}

function describeMedia({ inlineData, fileData }: Part): string[] {
  if (isRecord(inlineData)) {
    const type = String(inlineData.mimeType);
    return [`${type.startsWith("image/") ? "image" : "inline"} ${type}`];
  }
  return isRecord(fileData) ? [`file ${fileData.fileUri}`] : [];
}
