import type { CompletionRequest, Extensions, Message, Part } from "#core/completion";
import { isArray, isObject, type Json } from "#lib/json";

/** How the choice of tokens is steered, for dialects that have no words for it: named where it would change anything. */
export function nameSampling({ frequencyPenalty, presencePenalty, seed }: CompletionRequest, dropped: string[]): void {
  if (frequencyPenalty) dropped.push("frequency_penalty");
  if (presencePenalty) dropped.push("presence_penalty");
  if (seed !== undefined) dropped.push("seed");
}

/**
 * The fields that another dialect alone knows, of the request and of what is in it, but for those that are said in another
 * way.
 */
export function nameForeignFields(
  request: CompletionRequest,
  own: string,
  drop: (field: string) => void,
  isSaid: IsSaid = never,
): void {
  const { extensions, messages, tools } = request;
  const naming = { own, drop, isSaid };
  for (const name in extensions)
    if (name !== own)
      for (const field in extensions[name]) if (!isSaid(field, name, extensions[name]?.[field])) drop(field);
  for (let index = 0; index < messages.length; index++) {
    const message = messages[index];
    if (message !== undefined) nameInMessage(message, message.path ?? `messages[${index}]`, naming);
  }
  for (let index = 0; index < tools.length; index++) {
    const tool = tools[index];
    if (tool?.type === "function") nameIn(tool, `tools[${index}]`, naming);
  }
}

type IsSaid = (field: string, dialect: string, value: Json | undefined) => boolean;
type Naming = { readonly own: string; readonly drop: (field: string) => void; readonly isSaid: IsSaid };

const never = () => false;

function nameInMessage(message: Message, path: string, naming: Naming): void {
  nameIn(message, path, naming);
  const place = path === "system" ? path : `${path}.content`;
  for (let index = 0; index < message.content.length; index++) {
    const part = message.content[index];
    if (part !== undefined) nameInPart(part, `${place}[${index}]`, naming);
  }
}

function nameInPart(part: Part, path: string, naming: Naming): void {
  if ("extensions" in part) nameIn(part, path, naming);
  if (part.type === "tool-result")
    for (const [index, inner] of part.content.entries()) nameInPart(inner, `${path}.content[${index}]`, naming);
}

function nameIn(
  { extensions }: { readonly extensions?: Extensions },
  path: string,
  { drop, isSaid, own }: Naming,
): void {
  if (extensions === undefined) return;
  for (const name in extensions) {
    if (name === own) continue;
    for (const [field, value] of Object.entries(extensions[name] ?? {}))
      if (!saidElsewhere.has(field) && !isIdle(value) && !isSaid(field, name, value)) drop(`${path}.${field}`);
  }
}

/** What the pivot holds as well, and what means nothing to a model. */
const saidElsewhere: ReadonlySet<string> = new Set([
  // Markers, reasoning, signatures and legacy calls are read; `function` holds those of a tool.
  ...[
    "cache_control",
    "prompt_cache_breakpoint",
    "reasoning",
    "reasoning_content",
    "reasoning_details",
    "function_call",
  ],
  ...["extra_content", "provider_specific_fields", "function"],
  // Of results: how they are called here, and the name of what was called. Of tools: that they are the client's (`custom`).
  ...["role", "name", "json", "type"],
  // What clients that send an answer back leave in it.
  ...["annotations", "index"],
  // A namespace stands in the name, a guardrail is named itself, and how arguments are streamed is no matter of what they say.
  ...["place", "guardContent", "qualifiers", "eager_input_streaming"],
]);

/** Empty, or no more than what holds anyway. */
function isIdle(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === "" || value === false) return true;
  if (isArray(value)) return value.every((each) => isIdle(each) || each === "direct");
  return isObject(value) && (value.type === "direct" || Object.values(value).every(isIdle));
}
