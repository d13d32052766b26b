import type { CompletionRequest, FreeForm, Tool } from "#core/completion";
import { isObject, type JsonObject, stringOf, tryParseJson } from "#lib/json";
import type { JsonText } from "#lib/json-text";

// Tools that are called with a text that is no JSON (OpenAI's `custom`). In the pivot each is a function of one string,
// `input`, as it is offered to targets that know no such tools; those that do get the text itself:
// https://platform.openai.com/docs/guides/function-calling#custom-tools

/** The schema of the function that stands in for a free-form tool. It tells the model the grammar, which nobody enforces. */
export function freeFormParameters(format: FreeForm): JsonText {
  return JSON.stringify({
    type: "object",
    properties: { input: { type: "string", description: inputDescription(format) } },
    required: ["input"],
    additionalProperties: false,
  });
}

function inputDescription(format: FreeForm): string {
  const plain = "The input of the tool, as plain text.";
  if (format.type === "text") return plain;
  return `${plain} It has to follow this grammar (${format.syntax}):\n${format.definition}`;
}

export function isFreeForm(tool: Tool, name: string): boolean {
  return tool.type === "function" && tool.freeForm !== undefined && tool.name === name;
}

/** The names of the free-form tools that a client offered: what calls them is told to it as such. */
export function freeFormNames(request: CompletionRequest | undefined): ReadonlySet<string> {
  const names = new Set<string>();
  for (const tool of request?.tools ?? noTools)
    if (tool.type === "function" && tool.freeForm !== undefined) names.add(tool.name);
  return names;
}

const noTools: readonly Tool[] = [];

/** A text as the arguments of the function that stands in. */
export function argumentsOfText(text: string): JsonText {
  return JSON.stringify({ input: text });
}

/** The text in the arguments of a function that stood in; whatever the model wrote in place of them, as it stands. */
export function textOfArguments(written: JsonText): string {
  const value = tryParseJson(written);
  return (isObject(value) ? textIn(value) : typeof value === "string" ? value : undefined) ?? written;
}

/** Models rename a field now and then: the only one counts. */
function textIn(value: JsonObject): string | undefined {
  const [only, second] = Object.keys(value);
  return stringOf(value, "input") ?? (only !== undefined && second === undefined ? stringOf(value, only) : undefined);
}

/** Writes a text that comes in pieces as arguments: these before and after all, and each piece between. */
export const argumentsStart = '{"input":"';
export const argumentsEnd = '"}';

export function argumentsPiece(piece: string): JsonText {
  return JSON.stringify(piece).slice(1, -1);
}

/** Reads the text out of arguments that come in pieces. */
export class FreeFormReader {
  private written = "";
  /** Where the next character of the text is; before it is found, undefined. */
  private at: number | undefined;
  private ended = false;

  /** Adds a piece; gives what it adds to the text, as far as it can be read. */
  add(piece: JsonText): string {
    this.written += piece;
    this.at ??= /^\s*\{\s*"input"\s*:\s*"/.exec(this.written)?.[0].length;
    return this.at === undefined || this.ended ? "" : this.read(this.at);
  }

  /** What has not been given at the end. */
  rest(): string {
    return this.at === undefined ? textOfArguments(this.written) : "";
  }

  private read(from: number): string {
    const { written } = this;
    let at = from;
    while (at < written.length && written[at] !== '"') {
      const length = written[at] === "\\" ? escapeLength(written, at) : 1;
      if (at + length > written.length) break;
      at += length;
    }
    this.ended = written[at] === '"';
    this.at = at;
    const text = tryParseJson(`"${escapeControls(written.slice(from, at))}"`);
    return typeof text === "string" ? text : "";
  }
}

/** Characters of the escape that begins there, as many as it must have; of half a pair of surrogates, of both. */
function escapeLength(written: string, at: number): number {
  if (written[at + 1] !== "u") return 2;
  if (!/^\\u[dD][89abAB]/.test(written.slice(at, at + 4))) return 6;
  return written.length < at + 8 || written.startsWith("\\u", at + 6) ? 12 : 6;
}

/** Some models break lines inside of strings. */
function escapeControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are looked for
  return text.replace(/[\u0000-\u001f]/g, (character) => JSON.stringify(character).slice(1, -1));
}
