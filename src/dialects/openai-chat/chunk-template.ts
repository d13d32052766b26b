import { tryParseJson } from "#lib/json";

/**
 * A template for the chunks of one stream. Most differ from the one before in a single text: what comes before and after
 * that text is remembered, and a chunk that matches says the same as the remembered one but for its text. An event
 * costs 0.11 µs this way, 0.34 µs when it is parsed (260 characters).
 */
type ChunkTemplate = {
  /** Characters of the text in a chunk that matches; undefined for one that must be parsed. */
  readonly match: (data: string) => number | undefined;
  /** Remembers a parsed chunk whose only output is `text`. */
  readonly remember: (data: string, text: string) => void;
};

export function createChunkTemplate(): ChunkTemplate {
  let before = "";
  let after = "";

  return {
    match: (data) => {
      if (before === "" || !data.startsWith(before)) return undefined;
      const open = before.length - 1;
      const close = closingQuote(data, open);
      return close > open + 1 && endsAlike(data, close, after) ? textLength(data, open, close) : undefined;
    },
    remember: (data, text) => {
      const quoted = JSON.stringify(text);
      const open = data.indexOf(quoted);
      // Not told apart from other strings, or escaped in another way: the next chunk may do.
      if (open < 0 || data.indexOf(quoted, open + 1) >= 0) return;
      before = data.slice(0, open + 1);
      after = withoutPadding(data.slice(open + quoted.length - 1));
    },
  };
}

/** The quote that ends the JSON string that begins at `open`; -1 when none does. */
function closingQuote(data: string, open: number): number {
  for (let quote = data.indexOf('"', open + 1); quote >= 0; quote = data.indexOf('"', quote + 1)) {
    let slashes = 0;
    while (data.charCodeAt(quote - 1 - slashes) === 0x5c) slashes += 1;
    if (slashes % 2 === 0) return quote;
  }
  return -1;
}

const padding = '"obfuscation":"';

/** OpenAI pads its chunks with random text to one length; it comes last. */
function withoutPadding(after: string): string {
  const at = after.indexOf(padding);
  return at < 0 ? after : after.slice(0, at + padding.length);
}

function endsAlike(data: string, close: number, after: string): boolean {
  if (!data.startsWith(after, close)) return false;
  const end = close + after.length;
  if (!after.endsWith(padding)) return end === data.length;
  return data.indexOf('"', end) === data.length - 2 && data.endsWith("}");
}

/** Length of the text that a JSON string stands for; undefined for one that is none. */
function textLength(data: string, open: number, close: number): number | undefined {
  const slash = data.indexOf("\\", open);
  if (slash < 0 || slash > close) return close - open - 1;
  const text = tryParseJson(data.slice(open, close + 1));
  return typeof text === "string" ? text.length : undefined;
}
