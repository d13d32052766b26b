import type { EmbeddingRequest, Embeddings } from "#core/embedding";
import { inputTotal, noUsage } from "#core/usage";
import type { Draft } from "#lib/draft";
import { arrayOf, isArray, isObject, type Json, type JsonObject, objectOf } from "#lib/json";
import { inputTypeOf, taskOf } from "../embedding-tasks";
import type { EmbeddingTranslation } from "../embedding-translation";
import {
  at,
  invalidField,
  optionalArray,
  optionalCount,
  optionalString,
  requireObject,
  requireString,
  setDefined,
  unknownFields,
} from "../fields";
import { InvalidAnswer, type ResponseFacts } from "../operation";
import { countOf } from "../token-count";
import { floatsOf, packFloats } from "../vectors";

/** Cohere requires to be told what vectors are for; most are looked for later. */
const usualType = "search_document";

/** `POST /v2/embed`: https://docs.cohere.com/reference/embed */
export const embeddingTranslation: EmbeddingTranslation = {
  decodeRequest: (body) => {
    const inputs = inputsIn(body);
    const type = optionalString(body, "", "input_type");
    const task = type === undefined ? undefined : taskOf(type);
    const request: Draft<EmbeddingRequest> = {
      model: requireString(body.model, "model"),
      inputs,
      paths: { inputs: body.texts === undefined ? "inputs" : "texts", dimensions: "output_dimension" },
      encoding: encodingOf(body),
      unknown: Object.keys(unknownFields(body, body.truncate === "END" ? knownOfAll : known)),
    };
    setDefined(request, "dimensions", optionalCount(body, "", "output_dimension", 1));
    if (task !== undefined) request.task = { type: task, path: "input_type" };
    return request;
  },
  encodeRequest: (request, { model }) => {
    const { fields, dropped } = textFields(request);
    return { body: { model, ...fields }, headers: {}, dropped };
  },
  decodeResponse,
  encodeResponse: ({ usage = noUsage, vectors }, { encoding, inputs }) => ({
    // Its clients have a field for it; what another provider says is its own.
    id: "",
    embeddings: encoding === "base64" ? { base64: vectors.map(packFloats) } : { float: vectors },
    texts: inputs,
    meta: { api_version: { version: "2" }, billed_units: { input_tokens: inputTotal(usage) } },
    response_type: "embeddings_by_type",
  }),
};

/** The fields of a request for texts, which its models take at Bedrock too. */
export function textFields({ dimensions, inputs, task, unknown }: EmbeddingRequest): {
  readonly fields: JsonObject;
  readonly dropped: readonly string[];
} {
  const type = task && inputTypeOf(task.type);
  const fields: Draft<JsonObject> = { texts: inputs, input_type: type ?? usualType, embedding_types: ["float"] };
  if (dimensions !== undefined) fields.output_dimension = dimensions;
  return { fields, dropped: task !== undefined && type === undefined ? [...unknown, task.path] : unknown };
}

/** Vectors by type, or as Cohere's models at Bedrock give them where no type is asked for. Throws InvalidAnswer. */
export function decodeResponse(body: Json): Embeddings {
  const vectors = vectorsIn(body);
  if (vectors.length === 0) throw new InvalidAnswer('"embeddings" must list at least one of floats');
  return { model: "", vectors, ...meterEmbeddings(body) };
}

function vectorsIn(body: Json): readonly (readonly number[])[] {
  if (!isObject(body)) return [];
  const { embeddings } = body;
  if (isArray(embeddings)) return embeddings.map(floatsOf);
  const byType = objectOf(body, "embeddings") ?? {};
  return arrayOf(byType, isArray(byType.float) ? "float" : "base64").map(floatsOf);
}

/** Usage of an answer of any type; undefined for what is none. */
export function meterEmbeddings(body: Json): ResponseFacts | undefined {
  if (!isObject(body) || (!isObject(body.embeddings) && !isArray(body.embeddings))) return undefined;
  const units = objectOf(objectOf(body, "meta") ?? {}, "billed_units") ?? {};
  const input = countOf(units, "input_tokens");
  return input === undefined ? {} : { usage: { ...noUsage, input } };
}

const known: ReadonlySet<string> = new Set([
  ...["model", "texts", "inputs", "images", "input_type", "embedding_types", "output_dimension"],
]);
/** To cut a text that is too long at its end is what others do or refuse. */
const knownOfAll: ReadonlySet<string> = new Set([...known, "truncate"]);

/** Texts, as a list or as contents of one text each; pictures are refused by name. */
function inputsIn(body: JsonObject): readonly string[] {
  if ((body.images ?? undefined) !== undefined) throw invalidField("images", "absent at this model", body.images);
  const texts = optionalArray(body, "", "texts") ?? [];
  const inputs = optionalArray(body, "", "inputs") ?? [];
  if (texts.length + inputs.length === 0) throw invalidField("texts", "a list of texts", body.texts);
  return [...texts.map((text, index) => textAt(text, at("texts", index))), ...inputs.map(textOfContent)];
}

function textOfContent(input: Json, index: number): string {
  const place = at(at("inputs", index), "content");
  const content = requireObject(input, at("inputs", index)).content;
  if (!isArray(content)) throw invalidField(place, "an array", content);
  return content.map((part, each) => textAt(isObject(part) ? part.text : part, at(place, each))).join("\n");
}

function textAt(text: Json | undefined, path: string): string {
  if (typeof text !== "string") throw invalidField(path, "a text at this model", text);
  return text;
}

/** Floats, or their bytes: what is quantised means something to its own model alone. */
function encodingOf(body: JsonObject): EmbeddingRequest["encoding"] {
  const types = optionalArray(body, "", "embedding_types") ?? ["float"];
  if (types.length !== 1 || (types[0] !== "float" && types[0] !== "base64"))
    throw invalidField("embedding_types", '["float"] or ["base64"] at this model', types);
  return types[0];
}
