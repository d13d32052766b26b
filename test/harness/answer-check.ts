import * as z from "zod";

// biome-ignore lint/suspicious/noExplicitAny: the document is looked into as it comes
type Document = any;

/**
 * Holds answers of the admin API to the OpenAPI document of the instance that gave them. Throws where one is not what its
 * route declares. An answer that the document does not cover, or of an instance that does not answer any more, passes.
 */
export function createAnswerCheck(url: string) {
  let loading: Promise<Document> | undefined;
  const schemas = new Map<string, z.ZodType>();
  const load = () => {
    loading ??= fetch(`${url}/api/openapi.json`).then(
      (response) => (response.ok ? response.json() : undefined),
      () => undefined,
    );
    return loading;
  };
  return async (method: string, path: string, response: Response): Promise<void> => {
    const [contentType = ""] = (response.headers.get("content-type") ?? "").split(";");
    // Lines of JSON are none.
    if (!/\/json$|\+json$/.test(contentType)) return;
    const copy = response.clone();
    const document = await load();
    const name = `${method} ${response.status} ${path.replace(/\?.*/, "")}`;
    const declared =
      document === undefined ? undefined : findSchema(document, method, path, response.status, contentType);
    if (declared === undefined) return;
    const schema = schemas.get(name) ?? z.fromJSONSchema(declared);
    schemas.set(name, schema);
    const parsed = schema.safeParse(await copy.json());
    if (!parsed.success) throw new Error(`${name} does not answer as it declares: ${z.prettifyError(parsed.error)}`);
  };
}

/** A schema that stands alone: what it refers to is among its own definitions, and fields that it does not name are wrong. */
function findSchema(document: Document, method: string, path: string, status: number, contentType: string) {
  const pathname = path.replace(/\?.*/, "");
  const found = Object.keys(document.paths)
    .filter((pattern) => new RegExp(`^${pattern.replaceAll(".", "\\.").replace(/\{\w+\}/g, "[^/]+")}$`).test(pathname))
    // `/api/logs/tail` before `/api/logs/{id}`.
    .sort((a, b) => a.split("{").length - b.split("{").length)[0];
  const responses = document.paths[found ?? ""]?.[method.toLowerCase()]?.responses;
  const response = responses?.[String(status)] ?? responses?.[`${String(status)[0]}XX`];
  const schema = response?.content?.[contentType]?.schema;
  if (schema === undefined) return undefined;
  const whole = JSON.stringify({ ...schema, $defs: document.components.schemas });
  return JSON.parse(whole.replaceAll("#/components/schemas/", "#/$defs/"), close);
}

function close(_: string, value: Document): Document {
  const isClosed =
    value?.type === "object" && value.properties !== undefined && value.additionalProperties === undefined;
  return isClosed ? { ...value, additionalProperties: false } : value;
}
