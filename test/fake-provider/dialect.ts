import type { ScriptedEvent } from "./script.ts";

/** One of the two wire formats that the fake provider speaks, as its own maker would. */
export type FakeDialect = {
  /** The answer to a valid request; throws `Refusal` for any other. */
  answer(
    endpoint: string,
    body: { readonly [key: string]: unknown },
    headers: { readonly [name: string]: string },
    id: number,
  ): FakeAnswer;
  /** The body of an error in this provider's shape. */
  errorBody(status: number, message: string, code?: string, param?: string): unknown;
  /** Headers that this provider puts on every answer; a gateway must not hand all of them on. */
  headers(id: number): { readonly [name: string]: string };
};

export type FakeAnswer = {
  readonly whole: unknown;
  readonly stream: boolean;
  readonly events: readonly ScriptedEvent[];
  /** What closes a stream besides its events; the chat dialect's `[DONE]`. */
  readonly terminator: string;
  readonly delayMs: number;
};

/** A request that the provider would refuse. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly code?: string,
    readonly param?: string,
  ) {
    super(message);
  }
}

export function refuse(status: number, message: string, code?: string, param?: string): never {
  throw new Refusal(status, message, code, param);
}

/** The models that exist; anything else is the provider's own 404. */
export const fakeModels = ["fake-gpt", "fake-gpt-mini", "fake-claude", "fake-claude-mini", "fake-embed"] as const;
