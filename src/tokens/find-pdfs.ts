import { isArray, isObject, type Json } from "#lib/json";

/** `%PDF-`, of which every encoding in base64 has these letters; before them an address of data may say what it is. */
const beginning = /^(?:data:[^,]{0,200},)?JVBERi/;

/** The base64 of every PDF in a request, and the request without them. */
export function findPdfs(body: Json): { readonly pdfs: readonly string[]; readonly rest: Json } {
  const pdfs: string[] = [];
  const visit = (value: Json): Json => {
    if (typeof value === "string") {
      if (!beginning.test(value)) return value;
      pdfs.push(value.startsWith("data:") ? value.slice(value.indexOf(",") + 1) : value);
      return "";
    }
    if (isArray(value)) return value.map(visit);
    if (!isObject(value)) return value;
    const entries = Object.entries(value);
    return Object.fromEntries(entries.map(([name, each]) => [name, each === undefined ? each : visit(each)]));
  };
  return { rest: visit(body), pdfs };
}
