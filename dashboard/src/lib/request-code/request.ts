import type { JsonObject } from "../json";

/** A request to the gateway, in whatever dialect. */
export type CodeRequest = {
  /** Of the gateway, without a path. */
  readonly origin: string;
  /** As records name it, such as `chat.completions`. */
  readonly endpoint: string;
  readonly model: string;
  readonly stream: boolean;
  readonly body: JsonObject;
};

/** A request as libraries of one dialect send it. */
export type Library = {
  readonly python: (request: CodeRequest) => string;
  readonly typeScript: (request: CodeRequest) => string;
};
