/**
 * What the fake provider says without a script, before it is put into a dialect. The last user message steers it with
 * markers, so that a test needs no script and tests can run side by side:
 *
 *   [[say:text]]            says exactly that (default: `Echo: <the message>`)
 *   [[words:N]]             says N words
 *   [[think:text]]          reasons with that text first
 *   [[tool:NAME {"a":1}]]   calls the tool, if it was offered; several markers are parallel calls
 *   [[stop:length]]         ends for that reason: length, refusal, filter, or `sequence:X` for the stop sequence X
 *   [[status:429]]          refuses with that status
 *   [[cached:N]]            N of the input tokens were read from a cache
 *   [[delay:MS]]            waits so long between two events
 */
export type Reply = {
  readonly reasoning: string;
  readonly text: string;
  readonly toolCalls: readonly { readonly name: string; readonly arguments: string }[];
  readonly stop:
    | { readonly kind: "end" | "length" | "refusal" | "filter" }
    | { readonly kind: "sequence"; readonly sequence: string };
  readonly status: number | undefined;
  readonly cachedTokens: number;
  readonly delayMs: number;
};

/** What a dialect read from a request. */
export type Prompt = {
  readonly lastUserText: string;
  /** The results of the last tool calls, when the conversation ends with them. */
  readonly toolResults: readonly { readonly id: string; readonly text: string }[];
  readonly media: readonly string[];
  readonly tools: readonly { readonly name: string; readonly schema: unknown }[];
  /** A tool that must be called, "any", or undefined. */
  readonly forcedTool: string | undefined;
  /** The schema that the text must follow. */
  readonly schema: unknown;
};

export function replyTo(prompt: Prompt): Reply {
  const text = prompt.toolResults.length > 0 ? "" : prompt.lastUserText;
  const marked = marker(text, "stop") ?? "end";
  return {
    reasoning: marker(text, "think") ?? "",
    toolCalls: toolCalls(prompt, text),
    text: toolCalls(prompt, text).length > 0 && marker(text, "say") === undefined ? "" : answerText(prompt, text),
    stop: stopOf(marked),
    status: numberMarker(text, "status"),
    cachedTokens: numberMarker(text, "cached") ?? 0,
    delayMs: numberMarker(text, "delay") ?? 0,
  };
}

/** Tokens of a text by the simplest of rules: its words. */
export function countTokens(text: string): number {
  return words(text).length;
}

/** The text in pieces that add up to it, a word each. */
export function words(text: string): string[] {
  return text.match(/\s*\S+\s*$|\s*\S+/g) ?? (text === "" ? [] : [text]);
}

/** A value that follows a JSON schema: enough of it for structured output and forced tools. */
export function sample(schema: unknown): unknown {
  if (!isRecord(schema)) return "sample";
  if (Array.isArray(schema.enum)) return schema.enum[0];
  if (schema.const !== undefined) return schema.const;
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case "object":
      return Object.fromEntries(
        Object.entries(isRecord(schema.properties) ? schema.properties : {}).map(([key, value]) => [
          key,
          sample(value),
        ]),
      );
    case "array":
      return [sample(schema.items)];
    case "integer":
    case "number":
      return 42;
    case "boolean":
      return true;
    case "null":
      return null;
    default:
      return "sample";
  }
}

export function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The objects of a list. */
export function recordsOf(value: unknown): readonly { readonly [key: string]: unknown }[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** Every `text` and string `content` below a value, joined by spaces. */
export function textIn(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(textIn).filter(Boolean).join(" ");
  if (!isRecord(value)) return "";
  return [value.text, value.content].map(textIn).filter(Boolean).join(" ");
}

/** What it says up to the stop sequence that it stops at. */
export function textUntilStop({ stop, text }: Reply): string {
  return stop.kind === "sequence" ? (text.split(stop.sequence)[0] ?? "") : text;
}

/** Tokens of all that it says. */
export function countSaid({ reasoning, text, toolCalls }: Reply): number {
  return countTokens([text, reasoning, ...toolCalls.map((call) => call.arguments)].join(" "));
}

function answerText(prompt: Prompt, text: string): string {
  if (prompt.toolResults.length > 0)
    return `Tool results: ${prompt.toolResults.map(({ id, text }) => `${id}=${text}`).join(", ")}`;
  const said = marker(text, "say");
  if (said !== undefined) return said;
  const count = numberMarker(text, "words");
  if (count !== undefined) return Array.from({ length: count }, (_, index) => `word${index}`).join(" ");
  if (prompt.schema !== undefined) return JSON.stringify(sample(prompt.schema));
  const media = prompt.media.length > 0 ? ` (with ${prompt.media.join(", ")})` : "";
  return `Echo: ${text.replace(/\[\[.*?\]\]/gs, "").trim()}${media}`;
}

function toolCalls(prompt: Prompt, text: string): { name: string; arguments: string }[] {
  if (prompt.toolResults.length > 0) return [];
  const asked = [...text.matchAll(/\[\[tool:([\w-]+)\s*(.*?)\]\](?!\])/gs)].map(([, name = "", args = ""]) => ({
    name,
    arguments: args || "{}",
  }));
  const offered = asked.filter(({ name }) => prompt.tools.some((tool) => tool.name === name));
  if (offered.length > 0 || prompt.forcedTool === undefined) return offered;
  const forced = prompt.tools.find(({ name }) => prompt.forcedTool === "any" || name === prompt.forcedTool);
  return forced ? [{ name: forced.name, arguments: JSON.stringify(sample(forced.schema)) }] : [];
}

function stopOf(marked: string): Reply["stop"] {
  if (marked.startsWith("sequence:")) return { kind: "sequence", sequence: marked.slice("sequence:".length) };
  return { kind: marked === "length" || marked === "refusal" || marked === "filter" ? marked : "end" };
}

function marker(text: string, name: string): string | undefined {
  return new RegExp(`\\[\\[${name}:(.*?)\\]\\](?!\\])`, "s").exec(text)?.[1];
}

function numberMarker(text: string, name: string): number | undefined {
  const value = marker(text, name);
  return value === undefined ? undefined : Number(value);
}
