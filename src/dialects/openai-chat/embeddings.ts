import type { EmbeddingRequest } from "#core/embedding";
import { inputTotal, noUsage } from "#core/usage";
import type { Draft } from "#lib/draft";
import { arrayOf, isArray, isObject, type Json, numberOf, stringOf } from "#lib/json";
import { taskOf } from "../embedding-tasks";
import type { EmbeddingTranslation } from "../embedding-translation";
import { at, invalidField, optionalCount, optionalString, requireString, setDefined, unknownFields } from "../fields";
import { InvalidAnswer } from "../operation";
import { floatsOf, packFloats } from "../vectors";
import { meterVectors } from "./decode-response";

/** https://platform.openai.com/docs/api-reference/embeddings/create */
export const embeddingTranslation: EmbeddingTranslation = {
  decodeRequest: (body) => {
    const request: Draft<EmbeddingRequest> = {
      model: requireString(body.model, "model"),
      inputs: inputsIn(body.input),
      encoding: optionalString(body, "", "encoding_format") === "base64" ? "base64" : "float",
      unknown: Object.keys(unknownFields(body, known)),
    };
    setDefined(request, "dimensions", optionalCount(body, "", "dimensions", 1));
    const task = taskOf(optionalString(body, "", "input_type") ?? "");
    if (task !== undefined) request.task = { type: task, path: "input_type" };
    return request;
  },
  encodeRequest: ({ dimensions, inputs, task, unknown }, { model }) => ({
    body: { model, input: inputs, ...(dimensions !== undefined && { dimensions }) },
    headers: {},
    dropped: task === undefined ? unknown : [...unknown, task.path],
  }),
  decodeResponse: (body) => {
    const entries = isObject(body) ? arrayOf(body, "data").filter(isObject) : [];
    const usage = meterVectors(body)?.usage;
    const ordered = entries.toSorted((a, b) => (numberOf(a, "index") ?? 0) - (numberOf(b, "index") ?? 0));
    const vectors = ordered.map(({ embedding }) => floatsOf(embedding));
    if (vectors.length === 0) throw new InvalidAnswer('"data" must list at least one embedding');
    const model = isObject(body) ? (stringOf(body, "model") ?? "") : "";
    return { model, vectors, ...(usage !== undefined && { usage }) };
  },
  encodeResponse: ({ model, usage = noUsage, vectors }, { encoding }) => ({
    object: "list",
    data: vectors.map((vector, index) => ({
      object: "embedding",
      index,
      embedding: encoding === "base64" ? packFloats(vector) : vector,
    })),
    model,
    usage: { prompt_tokens: inputTotal(usage), total_tokens: inputTotal(usage) },
  }),
};

const known: ReadonlySet<string> = new Set(["model", "input", "encoding_format", "dimensions", "user", "input_type"]);

/** Lists of tokens mean something to their own model alone. */
function inputsIn(input: Json | undefined): readonly string[] {
  if (typeof input === "string") return [input];
  if (!isArray(input) || input.length === 0) throw invalidField("input", "a text or a list of texts", input);
  return input.map((text, index) => {
    if (typeof text !== "string") throw invalidField(at("input", index), "a text at this model", text);
    return text;
  });
}
