import type { Dialect } from "./recordings.ts";

export const dialects = ["openai-chat", "anthropic-messages"] as const satisfies readonly Dialect[];

/** The provider that speaks a dialect, by the id that the gateway knows it by. */
export const providerOf = { "openai-chat": "oai", "anthropic-messages": "ant" } as const satisfies {
  readonly [D in Dialect]: string;
};

export const clientPath = {
  "openai-chat": "/v1/chat/completions",
  "anthropic-messages": "/v1/messages",
} as const satisfies { readonly [D in Dialect]: string };

export const otherDialect = {
  "openai-chat": "anthropic-messages",
  "anthropic-messages": "openai-chat",
} as const satisfies { readonly [D in Dialect]: Dialect };
