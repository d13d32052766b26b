import type { MakersNaming } from "#core/snapshot";

/** How names of models say who made them, by the provider that serves models of others as they are. */
export const makersNamings: readonly (readonly [provider: string, naming: MakersNaming])[] = [
  // https://openrouter.ai/docs/guides/overview/models
  ["openrouter", "path"],
  // https://docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html
  ["bedrock", "profile"],
];
