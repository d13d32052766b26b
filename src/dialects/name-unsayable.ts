import type { CompletionRequest } from "#core/completion";

/** How the choice of tokens is steered, for dialects that have no words for it: named where it would change anything. */
export function nameSampling({ frequencyPenalty, presencePenalty, seed }: CompletionRequest, dropped: string[]): void {
  if (frequencyPenalty) dropped.push("frequency_penalty");
  if (presencePenalty) dropped.push("presence_penalty");
  if (seed !== undefined) dropped.push("seed");
}

/** The fields that another dialect alone knows, but for those that are said in another way. */
export function nameForeignFields(
  { extensions }: CompletionRequest,
  own: string,
  drop: (field: string) => void,
  isSaid: (field: string, dialect: string) => boolean = never,
): void {
  for (const name in extensions)
    if (name !== own) for (const field in extensions[name]) if (!isSaid(field, name)) drop(field);
}

const never = () => false;
