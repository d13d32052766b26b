import type { Draft } from "#lib/draft";
import { isObject, type Json, stringOf } from "#lib/json";

/** What a field is to a gateway; `nothing`: another gateway does something with it that we do not. */
export type GatewayMeaning =
  | "fallbacks"
  | "no-fallbacks"
  | "retries"
  | "timeout"
  | "first-token-timeout"
  | "tags"
  | "session"
  | "trace"
  | "user"
  | "no-log"
  | "nothing";

/** What a request asks of the gateway itself, in the words of other gateways' clients. */
export type GatewayAsk = {
  /** Names of models to ask where the first one fails, in order; entries that were no name are among `dropped`. */
  readonly fallbacks: readonly Fallback[];
  /** None of the fallbacks that are configured. */
  readonly noFallbacks?: boolean;
  /** In the place of the provider's. */
  readonly retries?: number;
  /** Of each attempt, and of its first token. */
  readonly timeoutMs?: number;
  readonly firstTokenMs?: number;
  /** Nothing of the bodies is kept. */
  readonly noLog?: boolean;
  readonly tags?: readonly string[];
  readonly sessionId?: string;
  readonly traceId?: string;
  readonly endUser?: string;
  /** What of this headers said: it goes before the client's own fields. */
  readonly fromHeaders?: Pick<GatewayAsk, "endUser" | "sessionId" | "traceId">;
  /** Fields that mean nothing here, by path. */
  readonly dropped: readonly string[];
};

export type Fallback = { readonly model: string; readonly path: string };

export type Asked = { readonly means: GatewayMeaning; readonly name: string; readonly value: Json };

const maxFallbacks = 16;
const maxRetries = 10;
const longestMs = 86_400_000;
const maxTags = 16;
const maxTextLength = 200;

/** Puts together what was found. Nothing is refused: a value of another form is among `dropped`. */
export function readAsked(asked: readonly Asked[], alreadyDropped: readonly string[]): GatewayAsk {
  const dropped = [...alreadyDropped];
  const ask: Draft<GatewayAsk> = { fallbacks: [], dropped };
  for (const { means, name, value } of asked) if (!take(ask, means, name, value, dropped)) dropped.push(name);
  return ask;
}

/** False for a value that cannot be meant. */
function take(ask: Draft<GatewayAsk>, means: GatewayMeaning, name: string, value: Json, dropped: string[]): boolean {
  switch (means) {
    case "fallbacks":
      return takeFallbacks(ask, name, value, dropped);
    case "retries":
      if (typeof value !== "number" || !Number.isInteger(value) || value < 0) return false;
      ask.retries ??= Math.min(value, maxRetries);
      return true;
    case "timeout":
    case "first-token-timeout": {
      const ms = millisecondsOf(value);
      if (ms === undefined) return false;
      if (means === "timeout") ask.timeoutMs ??= ms;
      else ask.firstTokenMs ??= ms;
      return true;
    }
    case "tags":
      return takeTags(ask, name, value);
    case "no-fallbacks":
      ask.noFallbacks = value === true;
      return typeof value === "boolean";
    case "no-log":
      ask.noLog = value === true;
      return typeof value === "boolean";
    case "session":
    case "trace":
    case "user": {
      const text = typeof value === "string" && value !== "" ? value.slice(0, maxTextLength) : undefined;
      if (text === undefined) return false;
      if (means === "session") ask.sessionId ??= text;
      else if (means === "trace") ask.traceId ??= text;
      else ask.endUser ??= text;
      return true;
    }
    case "nothing":
      return false;
  }
}

/** `"model"`, `{"model": …}`, Bifrost's `{"provider": …, "model": …}`; what a fallback has beside its name cannot be done. */
function takeFallbacks(ask: Draft<GatewayAsk>, name: string, value: Json, dropped: string[]): boolean {
  if (!Array.isArray(value)) return false;
  const fallbacks: Fallback[] = [];
  for (const [index, entry] of value.entries()) {
    const path = `${name}[${index}]`;
    const model = typeof entry === "string" ? entry : modelOf(entry);
    if (model === undefined || model === "" || fallbacks.length === maxFallbacks) {
      dropped.push(path);
      continue;
    }
    fallbacks.push({ model, path });
    if (!isObject(entry)) continue;
    for (const key of Object.keys(entry)) if (key !== "model" && key !== "provider") dropped.push(`${path}.${key}`);
  }
  ask.fallbacks = fallbacks;
  return true;
}

function modelOf(entry: Json): string | undefined {
  if (!isObject(entry)) return undefined;
  const [model, provider] = [stringOf(entry, "model"), stringOf(entry, "provider")];
  return model === undefined || provider === undefined ? model : `${provider}/${model}`;
}

/** A list, or LiteLLM's words with commas between them. A name of a trace is a tag with its field before it. */
function takeTags(ask: Draft<GatewayAsk>, name: string, value: Json): boolean {
  const isList = name.endsWith("tags");
  const texts = Array.isArray(value) ? value : typeof value === "string" ? (isList ? value.split(",") : [value]) : [];
  const label = isList ? "" : `${name.slice(name.lastIndexOf(".") + 1)}:`;
  const found = texts.flatMap((text) =>
    typeof text === "string" && text.trim() !== "" ? [`${label}${text.trim()}`.slice(0, maxTextLength)] : [],
  );
  ask.tags = [...(ask.tags ?? []), ...found].slice(0, maxTags);
  return found.length > 0 && found.length === texts.length;
}

/** Of seconds, as a number or as text. */
function millisecondsOf(value: Json): number | undefined {
  const seconds = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof seconds !== "number" || !(seconds > 0)) return undefined;
  return Math.min(Math.ceil(seconds * 1000), longestMs);
}
