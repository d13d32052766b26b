import type { EmbeddingRequest, Embeddings } from "#core/embedding";
import { GatewayError } from "#core/errors";
import { noUsage } from "#core/usage";
import { compileGlob } from "#lib/glob";
import { isArray, isObject, type Json, type JsonObject } from "#lib/json";
import { decodeResponse as decodeCohere, meterEmbeddings as meterCohere, textFields } from "../cohere/embeddings";
import type { EmbeddingTranslation } from "../embedding-translation";
import { invalidField } from "../fields";
import type { Operation, ResponseFacts } from "../operation";
import { countOf } from "../token-count";
import type { EncodedRequest } from "../translation";
import { floatsOf } from "../vectors";

type Body = Pick<EncodedRequest, "body" | "dropped">;

/** Models that make vectors, as their makers name them: `us.cohere.embed-v4:0`. */
export const embeddingModels: readonly string[] = ["*amazon.titan-embed-*", "*cohere.embed-*"];

/**
 * Under a name that does not tell, a route's for instance, the body does: what Titan and Cohere make vectors of. What Titan writes
 * is asked for by `inputText` too, and `familyOf` refuses it.
 */
export const embeddingsAsked: NonNullable<Operation["askedInstead"]> = (names) => {
  if (["anthropic_version", "messages", "textGenerationConfig"].some((name) => names.includes(name))) return undefined;
  return ["inputText", "inputImage", "input_type"].some((name) => names.includes(name)) ? "embeddings" : undefined;
};

/** How a family of models is asked for vectors. */
const families: readonly {
  readonly fits: (model: string) => boolean;
  readonly write: (request: EmbeddingRequest) => Body;
  readonly source: string;
}[] = [
  {
    fits: compileGlob("*amazon.titan-embed-text-v2*"),
    write: (request) => titan(request, (dimensions) => ({ dimensions })),
    source: "https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html",
  },
  {
    fits: compileGlob("*amazon.titan-embed-image*"),
    write: (request) => titan(request, (outputEmbeddingLength) => ({ embeddingConfig: { outputEmbeddingLength } })),
    source: "https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-mm.html",
  },
  {
    // Version 1, of one length.
    fits: compileGlob("*amazon.titan-embed-*"),
    write: (request) => titan(request, undefined),
    source: "https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html",
  },
  {
    fits: compileGlob("*cohere.embed-*"),
    write: (request) => {
      const { dropped, fields } = textFields(request);
      return { body: fields, dropped };
    },
    source: "https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed.html",
  },
];

/** By InvokeModel, whose bodies are those of the model's maker. */
export const embeddingTranslation: EmbeddingTranslation = {
  decodeRequest: () => {
    const needed = "only providers of InvokeModel take embeddings in the form of a model's maker";
    throw new GatewayError("invalid_request", `Cannot translate the request: ${needed}`, { param: "model" });
  },
  encodeRequest: (request, { model }) => ({ ...familyOf(model).write(request), headers: {} }),
  decodeResponse: (body) => titanIn(body) ?? decodeCohere(body),
  encodeResponse: ({ vectors }) => ({ embedding: vectors[0] ?? [] }),
};

/** Throws GatewayError `unsupported_parameter` for a model that is not known to make vectors. */
export function familyOf(model: string): (typeof families)[number] {
  const family = families.find(({ fits }) => fits(model.toLowerCase()));
  if (family !== undefined) return family;
  throw new GatewayError("unsupported_parameter", `Cannot ask "${model}" for embeddings: its form is not known`, {
    param: "model",
  });
}

/** Titan reads one text, and does not ask what its vector is for. */
function titan(
  { dimensions, inputs, paths, task, unknown }: EmbeddingRequest,
  sized: ((dimensions: number) => JsonObject) | undefined,
): Body {
  const [inputText, second] = inputs;
  if (inputText === undefined || second !== undefined)
    throw invalidField(paths?.inputs ?? "input", "one text at this model", [...inputs]);
  const dropped = [...unknown];
  if (task !== undefined) dropped.push(task.path);
  if (dimensions !== undefined && sized === undefined) dropped.push(paths?.dimensions ?? "dimensions");
  return { body: { inputText, ...(dimensions !== undefined && sized?.(dimensions)) }, dropped };
}

function titanIn(body: Json): Embeddings | undefined {
  if (!isObject(body) || !isArray(body.embedding)) return undefined;
  return { model: "", vectors: [floatsOf(body.embedding)], ...meterEmbeddings(body) };
}

/** Usage of an answer, where it says any; undefined for what is none. */
export function meterEmbeddings(body: Json): ResponseFacts | undefined {
  if (!isObject(body) || !(isArray(body.embedding) || isObject(body.embeddingsByType))) return meterCohere(body);
  const input = countOf(body, "inputTextTokenCount");
  return input === undefined ? {} : { usage: { ...noUsage, input } };
}
