import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { isRecord } from "../fake-provider/reply.ts";
import type { Heard } from "../judges/strict-provider.ts";

/** A request as a real client wrote it, with long texts and identities cut out and `MODEL` in place of the model, in body or path. */
export type Shape = {
  readonly client: string;
  readonly name: string;
  readonly path: string;
  /** What it asked for in `anthropic-beta`. */
  readonly beta?: string;
  readonly body: { readonly [key: string]: unknown };
};

const folder = new URL("./fixtures/", import.meta.url);

export function readShapes(): readonly Shape[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .flatMap((name): readonly Shape[] => {
      const shapes: readonly Omit<Shape, "client">[] = JSON.parse(readFileSync(new URL(name, folder), "utf8"));
      return shapes.map((shape) => ({ client: name.replace(".json", ""), ...shape }));
    });
}

/** Keeps what a client sent, one shape for each form of request. */
export function writeShapes(client: string, heard: readonly (Heard & { readonly name: string })[]): void {
  const shapes = heard.map(({ name, path, headers, body }) => ({
    name,
    path: path.replace("some-model", "MODEL"),
    ...(headers["anthropic-beta"] !== undefined && { beta: headers["anthropic-beta"] }),
    body: { ...shorten(body), ...(body.model !== undefined && { model: "MODEL" }) },
  }));
  const different = shapes.filter(
    (one, index) => shapes.findIndex((other) => JSON.stringify(other.body) === JSON.stringify(one.body)) === index,
  );
  const text = different.map((shape) => `  ${JSON.stringify(shape)}`).join(",\n");
  writeFileSync(new URL(`${client}.json`, folder), `[\n${text}\n]\n`);
}

/** Fields whose texts count letter by letter. */
const kept: ReadonlySet<string> = new Set([
  ...["data", "bytes", "url", "image_url", "uri", "fileUri", "file_data", "id", "name", "arguments"],
  ...["tool_use_id", "tool_call_id", "call_id", "toolUseId", "signature", "thoughtSignature", "encrypted_content"],
]);

/** The form of a request without its words: texts over 60 characters become their length, identities become zeros. */
function shorten<T>(value: T, name?: string): T;
function shorten(value: unknown, name = ""): unknown {
  if (typeof value === "string") return shortText(value, name);
  if (Array.isArray(value)) return value.map((one) => shorten(one, name));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shorten(one, key)]));
}

function shortText(text: string, name: string): string {
  if (name === "user_id" || name === "user" || name === "prompt_cache_key")
    return text.replaceAll(/[0-9a-f]{4,}/g, (hex) => "0".repeat(hex.length));
  const marked = text.match(/\[\[.*?\]\]/)?.[0];
  if (text.length <= 60 || kept.has(name)) return text;
  return `(${text.length} characters)${marked === undefined ? "" : ` ${marked}`}`;
}
